import { describe, expect, test } from "bun:test"
import { blockedRanges, blockRanges, forbidUserNamespaces } from "./network.ts"

describe("what an open network does not reach", () => {
  test("is link-local, the metadata services, this machine's own addresses and what is configured", () => {
    const found = blockedRanges(
      ["127.0.0.1", "::1", "192.0.2.7", "2001:db8::5", "fe80::1%eth0"],
      ["10.0.0.0/8", "192.0.2.7/32"],
    )
    expect(found).toEqual([
      "169.254.0.0/16",
      "100.100.100.200/32",
      "fe80::/10",
      "fd00:ec2::254/128",
      "192.0.2.7/32",
      "2001:db8::5/128",
      "10.0.0.0/8",
    ])
  })

  test("leaves IPv6 out on a machine that has none", () => {
    expect(blockedRanges(["127.0.0.1"], ["fc00::/7"])).toEqual(["169.254.0.0/16", "100.100.100.200/32"])
  })
})

describe("the fence around a container", () => {
  test("is put up from outside in one call, by root directly, by others through the container's own namespace", () => {
    const routes = blockRanges(77, ["10.0.0.0/8", "fc00::/7"], false)
    expect(routes.argv).toEqual(["nsenter", "--target=77", "--net", "ip", "-force", "-batch", "-"])
    expect(routes.stdin).toBe(
      "route replace unreachable 10.0.0.0/8 metric 1\nroute replace unreachable fc00::/7 metric 1\n",
    )
    expect(blockRanges(77, [], true).argv.slice(0, 4)).toEqual(["nsenter", "--target=77", "--user", "--net"])
  })

  test("leaves no room for further user namespaces", () => {
    const command = forbidUserNamespaces(77)
    expect(command.argv).toEqual(["nsenter", "--target=77", "--user", "tee", "/proc/sys/user/max_user_namespaces"])
    expect(command.stdin).toBe("0\n")
  })
})

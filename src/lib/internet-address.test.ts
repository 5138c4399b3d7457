import { expect, test } from "bun:test"
import { isPublicAddress } from "./internet-address.ts"

const closed = `
  0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1
  192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 255.255.255.255
  :: ::1 fe80::1 fc00::1 fd12:3456::1 fec0::1 ff02::1 100::1 2001:db8::1 2001::1 4000::1
  ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2002:c0a8:1::1
  fe80::1%eth0 localhost 1.2.3 1.2.3.4.5 0x7f.0.0.1 017.0.0.1 2130706433 ::gggg
`
const open = `
  1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.254
  2606:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1
`

test("this machine, private and reserved ranges are not public, in whatever form they are written", () => {
  const list = closed.trim().split(/\s+/)
  expect(list.filter(isPublicAddress)).toEqual([])
})

test("addresses of the internet are public", () => {
  const list = open.trim().split(/\s+/)
  expect(list.filter((address) => !isPublicAddress(address))).toEqual([])
})

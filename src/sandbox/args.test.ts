import { describe, expect, test } from "bun:test"
import * as podman from "./args.ts"
import type { ContainerPlan } from "./container.ts"

const plan: ContainerPlan = {
  name: "loopat-aaaaaaaa-loop",
  workspace: "workspace-id",
  loop: "loop-id",
  driver: "alice",
  image: "localhost/base:1",
  hostname: "loop-11111111",
  ids: { kind: "range", base: 200_000 },
  mounts: [
    { from: "/home/l/workdir", to: "/loopat/loop/x/workdir", mode: "rw", shared: false },
    { from: "/opt/a,b/loopat", to: "/opt/loopat/bin/loopat", mode: "ro", shared: true },
  ],
  tmpfs: [
    { to: "/tmp", size: "1g", mode: "1777", own: false },
    { to: "/run/loopat-vault", size: "64m", mode: "0700", own: true },
  ],
  limits: { cpus: 2, memory: 4_294_967_296, pids: 2_048, openFiles: 20_000, processesPerUser: 32_768 },
  network: "slirp4netns",
  hardening: "standard",
  selinux: false,
  program: ["/opt/loopat/bin/loopat", "guest"],
}

/** Everything of a standard container, flag by flag. */
const whole = [
  "--pull=never",
  "--init",
  "--systemd=false",
  "--http-proxy=false",
  "--no-hosts",
  "--hostname=loop-11111111",
  "--label=loopat.workspace=workspace-id",
  "--label=loopat.loop=loop-id",
  "--label=loopat.driver=alice",
  "--uidmap=0:200000:65536",
  "--gidmap=0:200000:65536",
  "--user=2000:2000",
  "--cap-drop=ALL",
  "--cap-add=CHOWN",
  "--cap-add=DAC_OVERRIDE",
  "--cap-add=FOWNER",
  "--cap-add=FSETID",
  "--cap-add=KILL",
  "--cap-add=NET_BIND_SERVICE",
  "--cap-add=SETFCAP",
  "--cap-add=SETGID",
  "--cap-add=SETPCAP",
  "--cap-add=SETUID",
  "--cap-add=SYS_CHROOT",
  "--cpus=2",
  "--memory=4294967296",
  "--memory-swap=4294967296",
  "--pids-limit=2048",
  "--ulimit=nofile=20000:20000",
  "--ulimit=nproc=32768:32768",
  "--network=slirp4netns:allow_host_loopback=false,enable_ipv6=false",
  "--dns=10.0.2.3",
  "--log-driver=k8s-file",
  "--log-opt=max-size=1mb",
  "--stop-timeout=5",
  "--mount=type=bind,src=/home/l/workdir,dst=/loopat/loop/x/workdir,ro=false",
  '--mount=type=bind,"src=/opt/a,b/loopat",dst=/opt/loopat/bin/loopat,ro=true',
  "--mount=type=tmpfs,dst=/tmp,tmpfs-size=1g,tmpfs-mode=1777,notmpcopyup",
  "--mount=type=tmpfs,dst=/run/loopat-vault,tmpfs-size=64m,tmpfs-mode=0700,notmpcopyup,U=true",
  "localhost/base:1",
  "setpriv",
  "--inh-caps=-all",
  "--ambient-caps=-all",
  "--",
  "sh",
  "-c",
  'export BUN_GC_TIMER_INTERVAL=60000 MIMALLOC_SCAVENGER=0; until "$@"; do sleep 1; done',
  "sh",
  "/opt/loopat/bin/loopat",
  "guest",
]

describe("creating a container", () => {
  test("says exactly what the sandbox is", () => {
    expect(podman.planArguments(plan)).toEqual(whole)
    expect(podman.createContainer("podman", plan, "0123456789abcdef").argv).toEqual([
      "podman",
      "create",
      "--name=loopat-aaaaaaaa-loop",
      "--label=loopat.spec=0123456789abcdef",
      ...whole,
    ])
  })

  test("of a server that is not root keeps the server's own user as the user inside", () => {
    const args = podman.planArguments({ ...plan, ids: { kind: "keep" } })
    expect(args).toContain("--userns=keep-id:uid=2000,gid=2000")
    expect(args.join(" ")).not.toContain("map=")
  })

  test("asks for no limit that the host cannot enforce", () => {
    const args = podman.planArguments({ ...plan, limits: { openFiles: 1_024, processesPerUser: 100 } }).join(" ")
    expect(args).not.toMatch(/--(cpus|memory|pids)/)
    expect(args).toContain("--ulimit=nofile=1024:1024 --ulimit=nproc=100:100")
  })

  test("without a network has neither a network nor a resolver", () => {
    const args = podman.planArguments({ ...plan, network: "none" })
    expect(args).toContain("--network=none")
    expect(args.join(" ")).not.toContain("--dns")
  })

  test("with pasta maps neither the gateway nor any port of the host", () => {
    expect(podman.planArguments({ ...plan, network: "pasta" })).toContain(
      "--network=pasta:--no-map-gw,-t,none,-u,none,-T,none,-U,none",
    )
  })

  test("under SELinux labels private mounts privately and shared ones as shared", () => {
    const args = podman.planArguments({ ...plan, selinux: true })
    expect(args).toContain("--mount=type=bind,src=/home/l/workdir,dst=/loopat/loop/x/workdir,ro=false,relabel=private")
    expect(args).toContain('--mount=type=bind,"src=/opt/a,b/loopat",dst=/opt/loopat/bin/loopat,ro=true,relabel=shared')
  })

  test("is never privileged, and carries no environment", () => {
    for (const network of ["none", "slirp4netns", "pasta"] as const) {
      const args = podman.planArguments({ ...plan, network }).join(" ")
      expect(args).not.toMatch(/--privileged|--env|--device|--pid=|--ipc=|--uts=|--publish|podman\.sock|unconfined/)
    }
  })
})

describe("a strict container", () => {
  test("has no capability, gains none and cannot change a file of the system", () => {
    const args = podman.planArguments({ ...plan, hardening: "strict", seccomp: "/rt/seccomp.json" })
    const instead = [
      "--security-opt=no-new-privileges",
      "--read-only",
      "--read-only-tmpfs=false",
      "--security-opt=seccomp=/rt/seccomp.json",
    ]
    const drop = whole.indexOf("--cap-drop=ALL") + 1
    expect(args).toEqual([...whole.slice(0, drop), ...instead, ...whole.slice(drop + podman.capabilities.length)])
  })
})

describe("other calls", () => {
  const cases: [string, readonly string[], readonly string[]][] = [
    ["start", podman.startContainer("podman", "c").argv, ["podman", "start", "--", "c"]],
    ["stop", podman.stopContainer("podman", "c", 5).argv, ["podman", "stop", "--ignore", "--time=5", "--", "c"]],
    [
      "remove",
      podman.removeContainer("p", "c").argv,
      ["p", "rm", "--force", "--ignore", "--volumes", "--time=0", "--", "c"],
    ],
    [
      "end a guest",
      podman.killGuest("podman", "c", ["/opt/loopat/bin/loopat", "guest"]).argv,
      ["podman", "exec", "--user=2000:2000", "c", "pkill", "-KILL", "-f", "^/opt/loopat/bin/loopat guest$"],
    ],
    [
      "list",
      podman.listContainers("podman", "w").argv,
      ["podman", "ps", "--all", "--filter=label=loopat.workspace=w", "--format=json"],
    ],
    ["pull", podman.pullImage("podman", "i", 1).argv, ["podman", "pull", "--quiet", "--", "i"]],
    ["erase", podman.removeAsNamespaceRoot("podman", "-rf").argv, ["podman", "unshare", "rm", "-rf", "--", "-rf"]],
  ]
  test("are whole argument lists, with outside text behind --", () => {
    for (const [name, argv, expected] of cases) expect([name, ...argv]).toEqual([name, ...expected])
  })
})

describe("the container that makes the base image", () => {
  const build: podman.ImageBuild = {
    name: "b",
    workspace: "w",
    base: "source:1",
    ids: { kind: "range", base: 200_000 },
    limits: { memory: 1_000_000, openFiles: 10, processesPerUser: 20 },
    network: "none",
    folder: "/srv/build",
    packages: "present",
  }

  test("has the user namespace and the limits of a sandbox, one folder and no network unless it needs packages", () => {
    expect(podman.createBuild("podman", build).argv).toEqual([
      "podman",
      "create",
      "--name=b",
      "--pull=never",
      "--http-proxy=false",
      "--label=loopat.workspace=w",
      "--uidmap=0:200000:65536",
      "--gidmap=0:200000:65536",
      "--user=0:0",
      "--memory=1000000",
      "--memory-swap=1000000",
      "--ulimit=nofile=10:10",
      "--ulimit=nproc=20:20",
      "--network=none",
      "--entrypoint=[]",
      "--env=PACKAGES=present",
      "--env=OUT=/loopat-build/root.tar",
      "--mount=type=bind,src=/srv/build,dst=/loopat-build,ro=false",
      "source:1",
      "sh",
      "/loopat-build/setup.sh",
    ])
  })

  test("leaves an image with the sandbox user, labelled as this workspace's", () => {
    expect(
      podman.importBase("podman", { tar: "/t", tag: "localhost/x:1", workspace: "w", source: "host", took: 4_200 })
        .argv,
    ).toEqual([
      "podman",
      "import",
      "--quiet",
      "--change=ENV LANG=C.UTF-8",
      "--change=ENV PATH=/opt/loopat-mise/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "--change=USER 2000:2000",
      "--change=WORKDIR /home/loopat",
      '--change=CMD ["sleep","infinity"]',
      "--change=LABEL loopat.workspace=w",
      "--change=LABEL loopat.image=base",
      "--change=LABEL loopat.source=host",
      "--change=LABEL loopat.took=4200",
      "/t",
      "localhost/x:1",
    ])
  })
})

import { type Attempt, plain, python } from "./attempt.ts"

/** Succeeds when any of the addresses answers, directly or by way of the proxy; all are asked at once. */
const anyAnswers = (urls: readonly string[]) =>
  `d=$(mktemp -d); for url in ${urls.map((url) => `'${url}'`).join(" ")}; do
     (curl --noproxy '*' -gsm 3 -o /dev/null "$url" && touch $d/reached) &
     if test $NETWORK = allow-list; then for way in ${ways.join(" ")}; do
       (curl -gfsm 3 -o /dev/null $way "$url" && touch $d/reached) & done; fi; done; wait; test -e $d/reached`

/** The three languages of the proxy of an allow-list, as options of curl. */
const ways = ["-xhttp://127.0.0.1:4181", "-pxhttp://127.0.0.1:4181", "-xsocks5h://127.0.0.1:4181"]

export const network: readonly Attempt[] = [
  {
    number: 11,
    name: "reach a server on the host's loopback or on its addresses",
    script: ({ hostPort, hostAddresses }) =>
      anyAnswers(
        [
          ...hostAddresses,
          "127.0.0.1",
          "localhost",
          "[::1]",
          "0.0.0.0",
          "10.0.2.2",
          "10.0.2.3",
          "host.containers.internal",
          "host.docker.internal",
        ].map((address) => `http://${address}:${hostPort}/`),
      ),
  },
  {
    number: 12,
    name: "reach the metadata service in any of its forms",
    script: () =>
      anyAnswers([
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fe80::a9fe:a9fe]/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://100.100.100.200/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://0xa9fea9fe/",
        "http://2852039166/",
      ]),
  },
  {
    number: 13,
    name: "reach another loop by address or name",
    script: ({ other, otherPort }) =>
      `for address in 10.0.2.100 10.0.2.2 10.0.2.15 10.88.0.2 loop-${other.slice(0, 8)} 127.0.0.1; do
         ( (curl --noproxy '*' -sm 3 "http://$address:${otherPort}/"; curl -sm 3 "http://$address:${otherPort}/") | grep -q 'other loop answers' && touch /tmp/reached-other) & done; wait; rm /tmp/reached-other`,
  },
  {
    number: 14,
    name: "reach or resolve any host that is not listed, by name, by number or by a query of its own",
    networks: ["allow-list"],
    script: () =>
      `getent hosts example.com || timeout 3 bash -c 'echo >/dev/tcp/192.0.2.1/80' || timeout 3 bash -c 'echo >/dev/udp/192.0.2.1/53' ||
       { ${anyAnswers(["http://unlisted.test/", "http://192.0.2.1/", "http://[2001:db8::1]/", "http://listed.test:8080/", "http://x.listed.test/", "http://listed.test.evil.test/"])}; }`,
  },
  {
    number: 14,
    name: "reach a private address through a listed name, also one whose address changes while it is used",
    networks: ["allow-list"],
    script: ({ hostPort }) =>
      anyAnswers(
        ["private", "rebinding", "link-local", "mapped"].map((name) => `http://${name}.listed.test:${hostPort}/`),
      ),
  },
  {
    number: 14,
    name: "have the proxy go elsewhere by what a request says besides its address",
    networks: ["allow-list"],
    script: ({ hostPort }) =>
      `for extra in "-HHost: 127.0.0.1:${hostPort}" "-HX-Forwarded-Host: 127.0.0.1:${hostPort}" "-HConnection: close, Host"; do
         curl -sm 4 -x http://127.0.0.1:4181 "$extra" http://listed.test/ | grep -q '^reached' && exit 0; done
       printf 'me\\nCONNECT 127.0.0.1:${hostPort} HTTP/1.1\\r\\n\\r\\nGET / HTTP/1.0\\r\\n\\r\\n' | timeout 4 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("/run/loopat/proxy.sock"); s.sendall(sys.stdin.buffer.read())
while d := s.recv(4096): sys.stdout.buffer.write(d)' | grep -q reached`,
  },
  {
    number: 15,
    name: "send a packet, TCP or UDP, in either family",
    networks: ["gateway-only", "allow-list"],
    script: () =>
      python(`
for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"), (socket.AF_INET, "10.0.2.2")):
  try:
    datagram = socket.socket(family, socket.SOCK_DGRAM)
    datagram.sendto(b"x", (address, 53))
    sys.exit(0)
  except OSError: pass
sys.exit(1)`),
  },
  plain(
    15,
    "have a network device besides the loopback",
    `case $NETWORK in open) exit 1;; *) test $(ls /sys/class/net | wc -l) -gt 1;; esac`,
  ),
  plain(16, "open a raw socket", "python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'"),
  plain(16, "open a packet socket", "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)'"),
  {
    number: 16,
    name: "remove the routes that close the blocked ranges, or add a route, an address or a flag of a device",
    script: () =>
      python(`
import fcntl, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = lambda text: struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text))
route = lambda to, mask, flags: struct.pack("8x", ) + address(to) + address("0.0.0.0") + address(mask) + struct.pack("H62x", flags)
device = lambda value: b"lo".ljust(16, b"\\0") + value.ljust(24, b"\\0")
for request, value in ((0x890C, route("169.254.0.0", "255.255.0.0", 0x201)), (0x890C, route("100.100.100.200", "255.255.255.255", 0x205)),
    (0x890B, route("192.0.2.0", "255.255.255.0", 0x201)), (0x8916, device(address("10.9.9.9"))), (0x8914, device(struct.pack("H", 0)))):
  try:
    fcntl.ioctl(s, request, value)
    sys.exit(0)
  except OSError: pass
sys.exit(1)`),
  },
  plain(
    16,
    "change a network setting of the kernel",
    "echo 1 >/proc/sys/net/ipv4/ip_forward || sysctl -w net.ipv4.conf.all.route_localnet=1",
  ),
  plain(
    24,
    "use the gateway as a proxy to another address",
    `curl -sm 4 -x http://127.0.0.1:4180 http://127.0.0.1:$HOST_PORT/ | grep -q reached || curl -sm 4 -p -x http://127.0.0.1:4180 http://127.0.0.1:$HOST_PORT/ | grep -q reached`,
  ),
  plain(
    24,
    "make the gateway fetch an address out of its path",
    `for path in "http://127.0.0.1:$HOST_PORT/" "//127.0.0.1:$HOST_PORT/" "/v1/messages/../../http://127.0.0.1:$HOST_PORT/"; do curl -sgm 4 --path-as-is --request-target "$path" http://127.0.0.1:4180/ | grep -q reached && exit 0; done; exit 1`,
  ),
  {
    number: 24,
    name: "be taken for the other loop by the gateway",
    script: ({ other }) =>
      `curl -sm 4 --unix-socket /run/loopat/gateway.sock -H 'x-loopat-loop: ${other}' -H 'host: ${other}' -H 'x-forwarded-for: ${other}' "http://localhost/whoami?loop=${other}" | grep -q ${other}`,
  },
]

export const link: readonly Attempt[] = [
  {
    number: 23,
    name: "be answered on the link with garbage, a huge frame or another's number",
    script: ({ other }) =>
      python(`
import struct
def say(data):
  s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect("/run/loopat/link.sock"); s.sendall(data)
  try: return s.recv(100)
  except OSError: return b""
frame = lambda kind, body: bytes([kind]) + struct.pack(">I", len(body)) + body
tries = [b"GET / HTTP/1.1\\r\\n\\r\\n", os.urandom(300), frame(1, b"{}"), bytes([1]) + b"\\xff\\xff\\xff\\xff", frame(16, b"{}"),
  frame(1, b'{"kind":"operation","number":"${other.replaceAll("-", "")}"}'), frame(1, b'{"kind":"control","protocol":1,"build":"x","guest":"${other}"}')]
sys.exit(0 if any(say(data) for data in tries) else 1)`),
  },
]

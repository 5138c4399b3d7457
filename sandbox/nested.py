# Gets a sandbox ready for containers inside. Runs as root of the sandbox at each start, and may run again. Only what the
# smallest python has is used.
import os

# A file capability leaves the program with its caller's number, and a namespace belongs to whoever made it: so the map
# of ids is written without more rights than a sandbox has. The format is that of capability.h, revision 2.
for name, capability in (("newuidmap", 7), ("newgidmap", 6)):
    path = "/usr/bin/" + name
    if os.path.exists(path):
        os.chmod(path, 0o755)
        words = (0x02000001, 1 << capability, 0, 0, 0)
        os.setxattr(path, "security.capability", b"".join(word.to_bytes(4, "little") for word in words))

# Containers inside share the loop's network: what listens there can be previewed, and the way out is the loop's own.
containers = '[containers]\nnetns = "host"\nutsns = "host"\nlog_driver = "k8s-file"\n'
if os.path.exists("/usr/bin/crun"):
    containers += 'cgroups = "disabled"\n'
containers += '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
files = {
    "containers.conf": containers,
    "storage.conf": '[storage]\ndriver = "vfs"\n',
    "registries.conf.d/loopat.conf": 'unqualified-search-registries = ["docker.io"]\n',
}
for name, text in files.items():
    path = "/etc/containers/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.lexists(path):
        with open(path, "w") as file:
            file.write(text)

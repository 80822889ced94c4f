"""What keeps a sandbox from starting, in words, with the lines that mend it and where they go."""

from pathlib import Path

import msgspec

from kernels.surroundings import Surroundings

FILES = "docs/how-to/deploy"
"""The files that these lines name, from the project's folder."""

DOCKER = (
    "docker run --user 1000:1000 \\",
    f"  --security-opt seccomp={FILES}/seccomp.json \\",
    "  --security-opt systempaths=unconfined \\",
    "  --security-opt apparmor=unconfined \\",
    "  … (no --privileged, no --cap-add)",
)
PODMAN = (
    "podman run --user 1000:1000 \\",
    f"  --security-opt seccomp={FILES}/seccomp.json \\",
    "  --security-opt unmask=ALL \\",
    "  …",
)
KUBERNETES = (
    "spec:",
    "  hostUsers: false",
    "  containers:",
    "    - name: liveroom",
    "      securityContext:",
    "        runAsUser: 1000",
    "        procMount: Unmasked",
    "        seccompProfile: {type: Localhost, localhostProfile: liveroom.json}",
    "        appArmorProfile: {type: Unconfined}",
)
SYSTEMD = (
    "[Service]",
    "RestrictNamespaces=no",
    "PrivateUsers=no",
    "ProtectProc=default",
    "ProcSubset=all",
    "ProtectKernelTunables=no",
    "PrivateDevices=no",
    "SystemCallFilter=",
)


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong: what it is, why, and what mends it: a sentence, and the lines that it speaks of."""

    what: str
    why: str
    mend: str
    lines: list[str] = []

    def text(self) -> str:
        """For a person at a terminal."""
        said = "\n".join(f"    {line}" for line in self.lines)
        return f"{self.what}\n{self.why} {self.mend}".rstrip() + (f"\n\n{said}\n" if said else "\n")


def explain(failure: str, around: Surroundings, environment: Path) -> Finding:
    """The likeliest cause of a sandbox that did not start, by what failed and where."""
    if around.user == 0 and not around.sys_admin:
        return _root_without_power(failure, around)
    if around.namespaces_most == 0:
        return _switched_off(failure, around, "user.max_user_namespaces", "0", "15000")
    if around.clone_is_roots and not around.sys_admin:
        return _switched_off(failure, around, "kernel.unprivileged_userns_clone", "0", "1")
    if around.apparmor_restricts and not around.sys_admin:
        return _apparmor(failure, (environment / "bin" / "python").resolve())
    if "mount proc" in failure:
        names = ", ".join(around.proc_covered[:3])
        covered = f" ({names} …)" if names else ""
        why = f"Parts of /proc are covered here{covered}, and Linux then refuses a fresh one to a sandbox."
    elif around.filtered:
        why = "A filter of system calls lies on this process, and refuses what a sandbox is made of."
    elif around.apparmor_profile not in ("", "unconfined") and "mount" in failure:
        why = f"AppArmor's profile {around.apparmor_profile} lies on this process, and refuses mounts."
    else:
        why = "Something around this process refuses what a sandbox is made of."
    mend, lines = _allow(around)
    return Finding(failure, why, mend, list(lines))


def _allow(around: Surroundings) -> tuple[str, tuple[str, ...]]:
    match around.place:
        case "Docker" | "a container":
            return (
                "Start the container with these options; in a compose file they go under `security_opt`.",
                DOCKER,
            )
        case "Podman":
            return "Start the container with these options.", PODMAN
        case "Kubernetes":
            return (
                f"Put {FILES}/seccomp.json on each node as /var/lib/kubelet/seccomp/liveroom.json, "
                f"and this into the pod, as in {FILES}/kubernetes.yaml.",
                KUBERNETES,
            )
        case "systemd":
            return (
                "Run `sudo systemctl edit liveroom-kernels`, put this there, and restart the unit.",
                SYSTEMD,
            )
        case "":
            return (
                "Run the kernel host outside of whatever confines it, or report this with the output of this command.",
                ("uname -a; cat /proc/self/status /proc/self/attr/current; sysctl user kernel | grep -i ns",),
            )


def _switched_off(failure: str, around: Surroundings, name: str, value: str, wanted: str) -> Finding:
    host = "On the machine that hosts this container run" if around.place not in ("", "systemd") else "Run"
    return Finding(
        failure,
        f"User namespaces are switched off on this machine: {name} is {value}.",
        f"{host} these lines.",
        [f"echo '{name} = {wanted}' | sudo tee /etc/sysctl.d/60-liveroom.conf", "sudo sysctl --system"],
    )


def _apparmor(failure: str, python: Path) -> Finding:
    return Finding(
        failure,
        "AppArmor restricts user namespaces here (kernel.apparmor_restrict_unprivileged_userns is 1), as on Ubuntu "
        "from 23.10 on.",
        "Allow them to the kernels' Python by these lines, or run the kernel host as root.",
        [
            f"sed 's,/PATH/OF/PYTHON,{python},' {FILES}/apparmor | sudo tee /etc/apparmor.d/liveroom-kernels",
            "sudo apparmor_parser -r /etc/apparmor.d/liveroom-kernels",
        ],
    )


def _root_without_power(failure: str, around: Surroundings) -> Finding:
    why = "This is root without the capability CAP_SYS_ADMIN, which is neither root nor an ordinary user."
    if around.place not in ("", "systemd"):
        mend, lines = _allow(around)
        return Finding(
            failure, why, f"Run it as an ordinary user, who owns the data folder. {mend}", list(lines)
        )
    return Finding(
        failure,
        why,
        "Start the kernel host as an ordinary user, or as root with that capability.",
        ["sudo -u liveroom .venv/bin/liveroom doctor"],
    )


def too_old(around: Surroundings) -> Finding:
    return Finding(
        f"Linux {around.release} is too old.",
        "Sandboxes need mount_setattr, which Linux has since 5.12.",
        "Upgrade to a distribution with a newer one: Debian 12, Ubuntu 22.04, RHEL 9.4 or later.",
    )


def other_machine(around: Surroundings) -> Finding:
    return Finding(
        f"Kernels can be sealed on x86_64 only, and this machine is {around.machine}.",
        "The filter of system calls is of that one machine, and nobody has tried another.",
        "Run the kernel host on an x86_64 machine.",
    )

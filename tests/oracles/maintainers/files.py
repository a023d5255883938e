"""Random MAINTAINERS files."""

import random

from expressions import expression

# What all versions of the program look for, and names that are unusual. The content of the files does not matter.
TREE = [path.encode("latin-1") for path in """
COPYING CREDITS Kbuild Makefile README VERSION .dotfile .hidden/f Documentation/index.rst arch/arm/kernel/cpu.c arch/arm/mach-imx/foo.c
arch/x86/kernel/cpu.c board/x/a.c common/a.c doc/a docs/x.rst docs/sub/y.rst docs.d/z.conf docs.d/sub/w.conf docs.dx/v.conf docsxd/u.conf
docsy.txt drivers/net.c drivers/net/Makefile drivers/net/e1000/main.c drivers/netx/foo.c dts/a fs/ext4/inode.c fs/ext4/sub/inode.c fs/inode.c
include/linux/net.h include/linux/net_x.h include/uapi/linux/net.h init/main.c ipc/msg.c kernel/fork.c kernel/sched/core.c lib/a.c lib/ab.c
lib/abc/x.c lib/b.c lib/c++/x.c lib/x+y.c lib/xxy.c lib/a,b.c lib/{q}.c lib/(p).c lib/[a].c lib/$d.c lib/^c.c lib/a|b.c lib/#h.c linux-user/a n/imx-mxs
n/a-mxs net/a.c post/a scripts/x system/a test/a tools/a tools/a.b/c.c tools/a.bc UPPER/File.C F:z.c X:y u/v/w/x/y/z.c
""".split()] + [b"a b/c d.txt", "d\u00efr/\u00fcn\u00ef.c".encode(), b"lat\xefn/\xff.c", b"lib/back\\slash.c", b"lib/trail ", b"lib/new\nline.c"]

DIRECTORIES = [b"lib/", b"docs.d/", b"drivers/net/", b"tools/a.b/", b"u/v/", b"arch/"]

OWNERS = [
    "a@x.org", "b@x.org", "Ann <a@x.org>", "Ann <A@x.org>", "Bob B. <b@x.org>", "\"Cy, C.\" <c@x.org>", "J\u00f6rg <j@x.org>", "\u0141uk <l@x.org>",
    "Ann <a@x.org>, Bob <b@x.org>", "a@x.org, b@x.org", "Ann <a@x.org> [@ann]", "Ann <a@x.org> (comment)", "Ann (x, y) <a@x.org>, b@x.org", "Ann",
    "<a@x.org>", " a@x.org", "Ann <>", "Ann <a@x.org", "Ann a@x.org>", "<a@x.org> b@x.org", "group: a@x.org, b@x.org;", "a@x.org,", ",a@x.org", "a@x.org,,b@x.org",
    "Ann <a@x.org>, Bob", "\u0141uk <l@x.org>, b@x.org", "a@[1.2.3.4]", "\"a b\"@x.org", "Ann \"Q\" <q@x.org>", "Ann < a@x.org >", "Ann <a@x.org>\t", "Ann\u00a0<a@x.org>",
    "a@x.org (see b@x.org)", "(c) a@x.org, b@x.org", "<@r.org:a@x.org>, b@x.org", "Ann <a @x.org>, b@x.org", "a.b.@x.org, c@x.org", "Ann <a@x.org>; Bob <b@x.org>", "@", "a@",
    "'Ann' <a@x.org>", "Ann-Lee_2 <a@x.org>", "Ann <<a@x.org>>", "Ann <a@x.org> <b@x.org>", "\\\"Ann\\\" <a@x.org>", "\"Ann <a@x.org>", "Ann\" <a@x.org>",
]

PATTERNS = [
    "lib/", "lib", "lib/*", "lib/a*", "lib/?.c", "lib/a.c", "lib/a", "*", "*/", "**", "**/", "lib/**", "**/*.c", "*.c", "*/*.c", "*/*/", "arch/*/kernel/", "drivers/net", "drivers/net/",
    "docs.d", "docs.d/", "docs?d", "docs?d/", "tools/a.b", "tools/a.b/", "tools/a?b", ".", "..", "?", "??", "?/a", "lib/?", "", "/lib/", "lib//", "lib//a.c", "./lib/", "../x", ".*", ".hidden/",
    "include/*/net*", "fs/*/inode.c", "fs/ext4/[is]*", "[a-d]*", "lib/[ab].c", "lib/(a|b).c", "lib/a|fs", "a b/", "lib/ ", "lib/\t", "lib/\r", "lib/c++/", "lib/x+y.c", "lib/{q}.c", "lib/{a,b}.c",
    "{lib,fs}/", "l{ib,x}/", "{a,b,c}*", "lib/{a,b,}*.c", "x{a,{b,c}}", "lib/\\{q\\}", "lib/a\\*", "lib/\\w+", "lib/$d.c", "lib/^c.c", "lib/#h.c", "d\u00efr/", "d?r/", "d??r/", "d*r/", "\u00fc*", "lat*/",
    "UPPER/", "upper/", "X:y", "F:", "(?i)upper", "(?:lib)/", "*+", "+x", "lib/(", "lib/)", "lib/[", "lib/a**", "lib/***", "u/*/*/x/", "u/v/*", "scripts/", "linux-user/", "new", "lib/new?line.c", "(.)\\1*",
    "(?=lib)", "lib/(?!a)", "\\x{e9}", "lib/trail ", "lib/.", "lib/a.c/", "K*", "README*", "Documentation", "docs", "docs/*/", "kernel/*/core.c",
]

NAMES = [
    "", r"\bimx\b", r"imx", r"mxs$", r"[^a-z]mxs", r"(?<!net)x", r"(.)\1y", r"^lib/", r"^d.r/", r"lib/a b", r"a\ b", r"[a&&b]\.c", r"(?i)FILE", r"x # comment", r"\.c$", r"^[A-Z]", r"\w\+\w", r"\xff", r"ï", r"\xef", r"n.l", r"new\nline",
    r"\bnet\b.*\.c", r"^(?!lib)", r"a++", r"(", r"a**", r"(?U)a", r"^\W", r"[[:upper:]]{2}", r"\d", r"\s", r"\.h\Z", r"e$", r"(a|b)\.c",
]

# Perl rejects these.
INVALID_PATTERNS = ["lib/(", "lib/)", "lib/[", "+x", "***?", "fs/**+*", "(?U)"]
INVALID_NAMES = ["(", "a**", "(?U)a", "[b-a]", "*"]

FLAVORS = ["linux-7.2", "linux-6.1", "u-boot", "qemu", "xen", "coreboot"]


def maintainers(random: random.Random, flavor: str) -> bytes:
    """A file that the program accepts more often than not."""
    lines = []
    if random.random() < 0.85:
        lines.append(random.choice(["A", "Maintainers", "# comment", "A: title", "THE END", "\u00c4 title", "\ufeffA"]))
    is_wild = random.random() < 0.15
    for number in range(random.choice([1, 1, 2, 3, 4])):
        if number and random.random() < 0.8:
            lines.append(random.choice(["B", f"SECTION {number}", "C (x)", "\t-", "f: lib/", "a: b", "MM: a@x.org", "- x", "\u00e4", "\x85", "\u2003", "1: x"]))
        entries = []
        for _ in range(random.choice([1, 1, 1, 2, 3])):
            owner = random.choice(OWNERS) if random.random() < 0.4 else f"p{number}{len(entries)}@x.org"
            entries.append(entry(random, "M", owner))
        for _ in range(random.choice([1, 1, 2, 3])):
            entries.append(entry(random, "F", pattern(random)))
        if random.random() < 0.25:
            entries.append(entry(random, "X", pattern(random)))
        if random.random() < 0.35:
            name = random.choice(NAMES[:-12]) if not is_wild or random.random() < 0.5 else random.choice(NAMES)
            entries.append(entry(random, "N", expression(random) if is_wild and random.random() < 0.5 else name))
        if random.random() < 0.3:
            entries.append(random.choice(["S: Maintained", "R: r@x.org", "L: l@x.org", "K: (", "", "", "# F: arch/", "  # x", " F: arch/", "\t", "\r", "\x0b", "\u00a0", "!: lib", "Q: x"]))
        random.shuffle(entries)
        lines += entries
        if random.random() < 0.5:
            lines.append("")
    text = "\n".join(lines).encode() + random.choice([b"\n", b"\n", b"", b"\r\n"])
    if random.random() < 0.05:
        at = random.randrange(len(text))
        text = text[:at] + random.choice([b"\xff", b"\xef", b"\xc3", b"\xe2\x82"]) + text[at:]
    return with_version(text, flavor)


def with_version(text: bytes, flavor: str) -> bytes:
    """Adds the version that the program of Xen looks for."""
    return text.rstrip(b"\n") + b"\nTHE REST\nV: xen-maintainers-1\n" if flavor == "xen" else text


def failing(random: random.Random, flavor: str) -> dict[bytes, bytes]:
    """Files for which the program fails unless they exclude a path before."""
    lines = ["Maintainers"]
    for number in range(random.choice([1, 1, 2, 3])):
        lines += ["", f"SECTION {number}", f"M: p{number}@x.org"]
        values = [("X", PATTERNS, INVALID_PATTERNS)] * random.randint(0, 4) + [("F", PATTERNS, INVALID_PATTERNS)] * 2
        values += [("N", NAMES[:-12], INVALID_NAMES), ("K", NAMES[1:-12], INVALID_NAMES)] if random.random() < 0.5 else []
        entries = [entry(random, letter, random.choice(invalid if random.random() < 0.2 else valid[:40])) for letter, valid, invalid in values]
        random.shuffle(entries)
        lines += entries
    return {b"MAINTAINERS": with_version("\n".join(lines).encode() + b"\n", flavor)}


def repository(random: random.Random, flavor: str) -> dict[bytes, bytes]:
    """The ownership files of a repository, and the options in it."""
    written = {b"MAINTAINERS": maintainers(random, flavor)}
    if flavor not in ("linux-7.2", "linux-6.1", "u-boot") or random.random() < 0.8:
        return written
    options = ["--find-maintainer-files --maintainer-path=.", "--find-maintainer-files", "--mpath=board", "--mpath ./board/", "-find-maintainer-files --mpath=board # x"]
    written[b".get_maintainer.conf"] = random.choice(options).encode() + b"\n"
    # In which order the program reads them depends on the file system, so they must start with a title.
    for path in [b"board/MAINTAINERS", b"board/x/MAINTAINERS", b"board/OTHER", b"board/.MAINTAINERS"]:
        if random.random() < 0.7:
            text = maintainers(random, flavor).removeprefix(b"\xef\xbb\xbf")
            written[path] = b"NESTED\n" + text.rstrip(b"\r\n") + b"\n"
    # Without one, the program fails.
    written.setdefault(b"board/MAINTAINERS", b"NESTED\nM: nested@x.org\nF: board/\n")
    written[b"MAINTAINERS"] = b"FIRST\n" + written[b"MAINTAINERS"].rstrip(b"\r\n") + b"\n"
    return written


def entry(random: random.Random, letter: str, value: str) -> str:
    return letter + ":" + random.choice(["\t", "\t", " ", "  ", "", "\t\t", "\u00a0", " \x0c"][: 8 if random.random() < 0.1 else 3]) + value


def pattern(random: random.Random) -> str:
    if random.random() < 0.75:
        return random.choice(PATTERNS[: -20 if random.random() < 0.9 else None])
    path = random.choice(TREE).decode("latin-1" if random.random() < 0.1 else "utf-8", "replace").replace("\n", "?")
    for _ in range(random.randint(0, 2)):
        at = random.randint(0, len(path))
        path = random.choice([path[:at], path[:at] + random.choice(["*", "?", "**", "/", "."]) + path[at + 1 :], path[:at] + "*"])
    return path

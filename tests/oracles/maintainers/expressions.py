"""Random expressions in Perl's syntax."""

import random

SUBJECTS = [
    b"", b"a", b"b.c", b"lib/a.c", b"lib/ab/ab.c", b"aab", b"xxy", b"A_1/b-2", b"drivers/net/e1000/main.c",
    b"n/imx-mxs", "d\u00efr/\u00fcn\u00ef.c".encode(), b"a b#c", b"a\n", b"a\nb", b"{a}(b)[c]", b"F:z.c", b"0123\xff",
    b"abcabcabc", b"\xc5\x85a\tB", b"ss\xdfSS",
]

ATOMS = [
    "a", "b", "c", "x", "y", "A", "1", "_", "-", "/", "\\.", ".", ".*", "^", "$", " ", "#", "lib", "imx", "mxs", "ab",
    "{", "}", "]", "\u00ef", "\u00fc", "\u0141", "\u00c5", "\u00df", "\u017f", ":", ",", "=", "!", "<", ">", "'", "&", "@", "%", "~",
]
ESCAPES = (
    [f"\\{char}" for char in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /.-_#{}[]()*+?|^$\\\"'<>@!"]
    + [
        "\\x41", "\\x{61}", "\\x{}", "\\x", "\\x{1F600}", "\\x{zz}", "\\o{141}", "\\o{}", "\\o{8}", "\\012", "\\141", "\\07", "\\08", "\\cA", "\\c[",
        "\\N{U+61}", "\\N{3}", "\\N{2,}", "\\N{}", "\\b{wb}", "\\b{x}", "\\p{L}", "\\pL", "\\PL", "\\p{Lu}", "\\p{^L}", "\\p{Alpha}",
        "\\p{PosixAlpha}", "\\p{IsAlpha}", "\\p{Latin}", "\\p{Greek}", "\\p{Script=Latin}", "\\p{gc=Lu}", "\\p{}", "\\p{L", "\\P{Punct}",
        "\\p{XPosixPunct}", "\\p{Word}", "\\p{Space}", "\\p{Any}", "\\p{ASCII}", "\\p{L&}", "\\pZ", "\\p{Lowercase_Letter}",
        "\\g1", "\\g{1}", "\\g{-1}", "\\g-1", "\\g{ 1 }", "\\g{n}", "\\g{2}", "\\g{0}", "\\g", "\\g{", "\\k<n>", "\\k{n}", "\\k'n'", "\\k{ n }", "\\k<m>",
        "\\k", "\\k<", "\\10", "\\11", "\\18", "\\99", "\\R", "\\X", "\\h", "\\H", "\\v", "\\V", "\\K", "\\G", "\\Z", "\\z", "\\A", "\\Q", "\\E",
        "\\U", "\\L", "\\8", "\\9",
    ]
)
QUANTIFIERS = [
    "*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{,2}", "{1,}", "{0}", "{2,1}", "{ 1 }", "{1, 2}", "{ , 2 }", "{}", "{,}", "{a}",
    "{65534}", "{65535}", "{2}?", "{2}+", "**", "+*", "{1}{2}", "{1}*", "* *", "* ?", "{1 2}", "{-1}", "{01}", "{2",
]
CLASS_ITEMS = [
    "a", "b", "c", "-", "]", "^", "[", "&&", "--", "~~", "a-c", "c-a", "0-9", "A-Z", "a-\\d", "\\d-a", "\\w", "\\W", "\\d", "\\s", "\\S", "\\h", "\\v",
    "\\N", "\\R", "\\b", "\\B", "\\]", "\\\\", "\\-", "\\x41", "\\101", "\\1", "\\8", "\\cA", "\\e", "\\p{L}", "\\P{L}", "[:alpha:]", "[:^alpha:]", "[:digit:]",
    "[:foo:]", "[:word:]", "[:alpha]", "[.a.]", "[=a=]", "[:punct:]", "[:space:]", "[:upper:]", "[:lower:]", "[:print:]", "[:graph:]", "[:cntrl:]",
    "[:xdigit:]", "[:blank:]", "[:ascii:]", "[:alnum:]", "\u00ef", "\u00e0-\u00ff", "\u0141", " ", "#", "/", ".", "$", "@", ":", "\\N{U+61}", "\\E", "\\Q",
    "\\K", "\\x{100}", "\\x{e0}-\\x{ff}", "a-\\x{200}",
]
OPENERS = [
    "(", "(", "(", "(?:", "(?:", "(?i)", "(?i:", "(?-i)", "(?x)", "(?xx)", "(?s:", "(?m:", "(?m)", "(?a)", "(?aa)", "(?aa:", "(?aaa)", "(?u)", "(?l)", "(?ad)",
    "(?n)", "(?n:", "(?^)", "(?^:", "(?^i:", "(?p)", "(?-p)", "(?-a)", "(?U)", "(?o)", "(?g)", "(?imsx-imsx)", "(?i-)", "(?--i)", "(?)", "(?:)",
    "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?<n>", "(?'n'", "(?P<n>", "(?<1>", "(?<>", "(?<n", "(?P=n)", "(?P>n)", "(?&n)", "(?1)", "(?R)", "(?0)", "(?+1)",
    "(?-1)", "(?(1)", "(?(<n>)", "(?('n')", "(?(R)", "(?(R1)", "(?(DEFINE)", "(?(?=", "(?(?!", "(?(a)", "(?(1", "(?(2)", "(?#c)", "(?#", "(?{1})", "(??{1})", "(?",
    "(*FAIL)", "(*F)", "(*ACCEPT)", "(*PRUNE)", "(*foo)", "(*FAIL:a)", "(*pla:", "(*nla:", "(*plb:", "(*nlb:", "(*atomic:", "(*positive_lookahead:", "(*)", "(*:a)",
    "(*", "(?[a])", "(?z)", "(?<=a*", "(?P", "(?P<", "(?'", "(?i",
]
SEEDS = [
    r"\bimx\b", r"[^a-z]mxs$", r"(?<!uni)versal", r"(.)\1y", r"^d.r/", r"[a&&b]\.c", r"\bmxc[^\d]", r"(imx|mxs)[0-9]+", r"lib/.*\.c$", r"^(?!lib).*c$",
    r"(?i)LIB", r"(a|b)*c", r"(?<x>a)\k<x>", r"a++b", r"(?>a+)b", r"(?=.*b)a", r"[[:alpha:]_]+/", r"(?|(a)|(b))\1", r"(a)?(?(1)b|c)", r"x{2}y", r".*+/",
    r"\d{4}/", r"[^\W_]+", r"(?:a|ab)(?:c|bcd)", r"(?<=a)b|(?<=lib/)a", r"(?<=ab?)c", r"(a*)*b", r"(?m)^b", r"$\n", r"a$", r"\Aa\z", r"\Z", "a # b\\", "a b",
]


def class_text(random: random.Random) -> str:
    items = "".join(random.choice(CLASS_ITEMS) for _ in range(random.randint(1, 4)))
    return "[" + random.choice(["", "", "^"]) + items + ("]" if random.random() < 0.95 else "")


def expression(random: random.Random, depth: int = 0) -> str:
    if depth == 0 and random.random() < 0.15:
        return mutated(random, random.choice(SEEDS))
    text = ""
    for _ in range(random.choice([1, 1, 2, 2, 3, 4])):
        kind = random.random()
        if kind < 0.45 or depth > 3:
            text += random.choice(ATOMS)
        elif kind < 0.6:
            text += random.choice(ESCAPES)
        elif kind < 0.72:
            text += class_text(random)
        elif kind < 0.78:
            text += "|"
        else:
            opener = random.choice(OPENERS if random.random() < 0.4 else OPENERS[:6])
            text += opener
            if not opener.endswith(")"):
                text += expression(random, depth + 1)
                if opener.startswith(("(?(?",)):
                    text += ")" + expression(random, depth + 1)
                if "(?(" in opener and random.random() < 0.6:
                    text += "|" + expression(random, depth + 1)
                text += ")" if random.random() < 0.96 else ""
        if random.random() < 0.25:
            text += random.choice(QUANTIFIERS if random.random() < 0.4 else QUANTIFIERS[:12])
    return text


def mutated(random: random.Random, text: str) -> str:
    for _ in range(random.randint(0, 2)):
        at = random.randint(0, len(text))
        kind = random.random()
        if kind < 0.4:
            text = text[:at] + text[at + 1 :]
        elif kind < 0.8:
            text = text[:at] + random.choice(ATOMS + QUANTIFIERS[:8] + ["(", ")", "|", "[", "\\"]) + text[at:]
        else:
            text = text[:at] + text[at:][:2] + text[at:]
    return text

"""The one form of co_await that g++ 12.2 compiles correctly, checked.

In one statement with co_await, a lambda with captures, a braced aggregate or a conditional is freed
twice, a switch over it is an illegal instruction. These are right: `co_await f(x);`,
`T y = co_await f(x);`, `auto [a, b] = co_await f(x);` and `co_return co_await f(x);`.
"""

import re

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.S)
ALONE = re.compile(r"^\s*(?:co_return\s+|(?:[\w:<>,&*\s]+|auto&?\s*\[[\w,\s]+\])\s*=\s*)?$")
KEYWORD = re.compile(r"\bco_(?:await|return|yield)\b")
LAMBDA = re.compile(r"(?<![\w\])])\[[^\[\]]*\]\s*(?:<[^<>]*>\s*)?(?:\((?:[^()]|\([^()]*\))*\))?[^;{}()]*\{")


def blank(text, literals=True):
    """The text with its comments blanked, and its literals too unless they are to stay; lines stay."""
    def spaces(found):
        token = found.group(0)
        if not literals and not token.startswith("/"):
            return token
        kept = re.sub(r"[^\n]", " ", token)
        return kept if token.startswith("/") else '"' + kept[1:-1] + '"'
    return TOKEN.sub(spaces, text)


def closing(code, start):
    depth = 0
    for at in range(start, len(code)):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return len(code)


def breaches(code, allowed):
    """Pairs of line number and reason, for blanked code of a file that may have coroutines or not."""
    found = []
    for keyword in KEYWORD.finditer(code):
        line = code.count("\n", 0, keyword.start()) + 1
        if not allowed:
            found.append((line, "coroutines live in trace-api's server.cc and session.cc only"))
            continue
        if keyword.group(0) != "co_await":
            continue
        begin = max(code.rfind(c, 0, keyword.start()) for c in ";{}") + 1
        end = code.find(";", keyword.end())
        rest = code[keyword.end():end]
        if not ALONE.match(code[begin:keyword.start()]) or "co_await" in rest:
            found.append((line, "a co_await stands alone in its statement"))
        if re.search(r"[{?]|(?<![\w\])])\[", rest):
            found.append((line, "no lambda, braces or conditional in a statement with co_await"))
    for opened in LAMBDA.finditer(code):
        if allowed and KEYWORD.search(code, opened.end(), closing(code, opened.end() - 1)):
            found.append((code.count("\n", 0, opened.start()) + 1, "no coroutine is a lambda"))
    return found

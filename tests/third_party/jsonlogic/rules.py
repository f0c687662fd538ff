"""Random JsonLogic rules and data whose numbers doubles and decimals both hold exactly."""

import random

NUMBERS = [0, 1, 2, 3, -1, -2, 10, 100, 0.5, -0.5, 0.25, 1.75, -3.25, 7]
TEXTS = ["", "a", "b", "abc", "1", "2", "0", "1.5", " 3 ", "x1", "-2", "0x10", "a,b", "1,2",
         "null", "true", "2 x", ".5", "树种", "😀a", "ﬀ", "A"]
PATHS = ["a", "b", "n", "s", "l", "o", "o.k", "o.l.1", "l.0", "l.1", "l.length", "s.1", "s.length",
         "m", "m.0.k", "m.1", "gone", "gone.k", "z", "e", "t", "f", "", "k", "q", "current",
         "accumulator", "current.k", "accumulator.0", 0, 1]
NUMERIC_PATHS = ["n", "l.length", "current", "accumulator", "o.k"]
FIXED = {"==": 2, "===": 2, "!=": 2, "!==": 2, "!": 1, "!!": 1, ">": 2, ">=": 2, "in": 2}
LISTED = ["or", "and", "max", "min", "+", "*", "merge", "cat", "if", "?:"]
ARITHMETIC = ["+", "*", "-", "max", "min"]
BODIES = ["map", "filter", "all", "none", "some", "reduce"]
OPERATORS = [*FIXED, *LISTED, *BODIES, "<", "<=", "-", "var", "missing", "missing_some", "substr"]


# No text has an exponent: joined with digits by "cat" it would leave the range of decimals.


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def scalar(self):
        kind = self.random.randrange(10)
        if kind < 4:
            return self.random.choice(NUMBERS)
        if kind < 8:
            return self.random.choice(TEXTS)
        return self.random.choice([True, False, None])

    def value(self, depth):
        kind = self.random.randrange(10)
        if depth <= 0 or kind < 6:
            return self.scalar()
        if kind < 8:
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
        names = self.random.sample(["k", "q", "l"], self.random.randrange(4))
        return {name: self.value(depth - 1) for name in names}

    def data(self):
        kind = self.random.randrange(20)
        if kind == 0:
            return self.value(2)
        data = {"a": self.value(1), "b": self.value(1), "n": self.random.choice(NUMBERS),
                "s": self.random.choice(TEXTS),
                "l": [self.scalar() for _ in range(self.random.randrange(5))],
                "o": {"k": self.scalar(), "l": [self.scalar(), self.scalar()]},
                "m": [{"k": self.scalar(), "q": self.scalar()}
                      for _ in range(self.random.randrange(4))],
                "z": None, "e": "", "t": True, "f": False}
        return {name: value for name, value in data.items() if self.random.randrange(8)}

    def rules(self, depth, count):
        return [self.rule(depth - 1) for _ in range(count)]

    def list_rule(self, depth):
        if self.random.randrange(4):
            return {"var": self.random.choice(["l", "m", "o.l", "a", "b"])}
        return self.rules(depth, self.random.randrange(4))

    def rule(self, depth):
        if depth <= 0 or self.random.randrange(6) == 0:
            if self.random.randrange(3):
                return {"var": self.random.choice(PATHS)}
            return self.scalar()
        if self.random.randrange(15) == 0:
            return self.rules(depth, self.random.randrange(4))
        op = self.random.choice(OPERATORS)
        return {op: self.arguments(op, depth)}

    def numeric(self, depth):
        kind = self.random.randrange(4)
        if depth <= 0 or kind == 0:
            return self.random.choice([*NUMBERS, "1.5", "-2", "2 x"])
        if kind == 1:
            return {"var": [self.random.choice(NUMERIC_PATHS), 2]}
        op = self.random.choice(ARITHMETIC)
        return {op: [self.numeric(depth - 1) for _ in range(self.random.randrange(1, 3))]}

    def arguments(self, op, depth):
        if op in ARITHMETIC and self.random.randrange(4):
            count = self.random.randrange(1, 3 if op == "-" else 4)
            return [self.numeric(depth - 1) for _ in range(count)]
        if op in FIXED:
            # Now and then one is lacking or too many, as JavaScript lets it pass.
            count = FIXED[op] + self.random.choice([0] * 20 + [-1, 1])
            rules = self.rules(depth, count)
            return rules[0] if len(rules) == 1 and self.random.randrange(2) else rules
        if op in LISTED:
            rules = self.rules(depth, self.random.randrange(5))
            return rules[0] if len(rules) == 1 and self.random.randrange(2) else rules
        if op in ("<", "<="):
            return self.rules(depth, self.random.choice([2, 2, 3]))
        if op == "-":
            return self.rules(depth, self.random.choice([1, 2, 2]))
        if op == "substr":
            return self.rules(depth, self.random.choice([1, 2, 3, 3]))
        if op == "var":
            if self.random.randrange(4) == 0:
                return self.rules(depth, self.random.choice([1, 2]))
            return [self.random.choice(PATHS), self.rule(depth - 1)]
        if op == "missing":
            if self.random.randrange(4) == 0:
                return self.rule(depth - 1)
            return self.random.sample(PATHS, self.random.randrange(4))
        if op == "missing_some":
            return [self.rule(depth - 1), self.random.sample(PATHS, self.random.randrange(4))]
        rules = [self.list_rule(depth), self.rule(depth - 1)]
        if op == "reduce" and self.random.randrange(5):
            rules.append(self.rule(depth - 1))
        return rules

"""The text of a query, cut into its clauses. Follows "Google Ads Query Language grammar"."""

import re
from dataclasses import dataclass, field

from sandbox.google_ads.errors import Refusal, refusal

TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
    |(?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    |(?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<sign><=|>=|!=|[=<>(),])
    |(?P<other>\S))""",
    re.VERBOSE,
)
ESCAPE = re.compile(r"\\(.)")
ESCAPED = {"\\": "\\", "'": "'", '"': '"'}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
CLAUSES = ("FROM", "WHERE", "ORDER", "LIMIT", "PARAMETERS")
FIELD = re.compile(r"[a-z][a-zA-Z0-9._]*")
NOT_MODELLED = ("CONTAINS", "REGEXP_MATCH")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Value:
    kind: str  # string, number or word
    text: str


@dataclass(frozen=True)
class Condition:
    field: str
    operator: str
    values: tuple[Value, ...] = ()


@dataclass
class Query:
    select: list[str]
    resource: str
    where: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)  # and whether it descends
    limit: int | None = None
    parameters: dict[str, str] = field(default_factory=dict)


def bad(name: str, message: str, trigger: str | None = None) -> Refusal:
    return refusal("query_error", name, message, "query", trigger=trigger)


def parse(text: str) -> Query:
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[Token]:
    found = []
    text = text.rstrip()
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        assert match is not None  # `other` takes anything
        kind = str(match.lastgroup)
        if kind == "other":
            raise _unreadable(match["other"], text, match.start("other"))
        found.append(Token(kind, match[kind], match.start(kind)))
        position = match.end()
    return found


def _unreadable(character: str, text: str, at: int) -> Refusal:
    if character in "'\"":
        rest = text[at + 1 :]
        newline = min((rest.find(c) for c in "\n\r" if c in rest), default=-1)
        if newline >= 0 and character in rest[newline:]:
            return bad("PROHIBITED_NEWLINE_IN_STRING", "A string cannot contain a line break.")
        return bad("STRING_NOT_TERMINATED", "A string is not terminated.", text[at:])
    if character.isdigit() or character == "-":
        return bad(
            "BAD_NUMBER", f"Error in query: bad number near '{text[at : at + 12]}'.", text[at : at + 12]
        )
    return bad("BAD_SYMBOL", f"Error in query: unexpected symbol '{character}'.", character)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def query(self) -> Query:
        if not self._take("SELECT"):
            raise bad("EXPECTED_SELECT", "Error in query: expected SELECT.")
        select = [self._field()]
        while self._take(","):
            select.append(self._field())
        if not self._take("FROM"):
            raise self._expected("EXPECTED_FROM", "FROM")
        query = Query(select, self._word("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"))
        if self._take("WHERE"):
            query.where = self._conditions()
        if self._take("ORDER"):
            query.order = self._orderings()
        if self._take("LIMIT"):
            query.limit = self._limit()
        if self._take("PARAMETERS"):
            query.parameters = self._parameters()
        if self._next < len(self._tokens):
            raise self._unexpected()
        return query

    def _conditions(self) -> list[Condition]:
        found = [self._condition()]
        while not self._at_end_of_clause():
            if not self._take("AND"):
                raise self._expected("EXPECTED_AND", "AND")
            found.append(self._condition())
        return found

    def _condition(self) -> Condition:
        name = self._field()
        operator = self._operator(name)
        if operator in ("IS NULL", "IS NOT NULL"):
            return Condition(name, operator)
        if operator in ("IN", "NOT IN"):
            return Condition(name, operator, self._list())
        if operator == "BETWEEN":
            low = self._value("EXPECTED_VALUE_WITH_BETWEEN_OPERATOR")
            if not self._take("AND"):
                raise self._expected("EXPECTED_AND", "AND")
            return Condition(name, operator, (low, self._value("EXPECTED_VALUE_WITH_BETWEEN_OPERATOR")))
        return Condition(name, operator, (self._value("EXPECTED_SINGLE_VALUE"),))

    def _operator(self, name: str) -> str:
        token = self._any()
        text = token.text.upper()
        if token.kind == "sign" and text in COMPARISONS:
            return text
        if text in ("IN", "LIKE", "BETWEEN", "DURING"):
            return text
        if text == "NOT":
            second = self._any().text.upper()
            if second in ("IN", "LIKE"):
                return f"NOT {second}"
            text = f"NOT {second}"
        if text == "IS":
            negated = self._take("NOT")
            if self._take("NULL"):
                return "IS NOT NULL" if negated else "IS NULL"
        known = any(word in text for word in NOT_MODELLED)
        said = f"{text} is not modelled by this sandbox." if known else f"'{token.text}' is no operator."
        raise bad("BAD_OPERATOR", f"Error in query after {name}: {said}", token.text)

    def _list(self) -> tuple[Value, ...]:
        if not self._take("("):
            raise self._expected("EXPECTED_LIST", "a list")
        if self._take(")"):
            raise bad("PROHIBITED_EMPTY_LIST_IN_CONDITION", "A list in a condition cannot be empty.")
        values = [self._value("EXPECTED_SINGLE_VALUE")]
        while self._take(","):
            values.append(self._value("EXPECTED_SINGLE_VALUE"))
        if not self._take(")"):
            raise self._expected("EXPECTED_LIST", "the end of a list")
        return tuple(values)

    def _value(self, error: str) -> Value:
        token = self._any()
        if token.kind == "string":
            return Value("string", _unescaped(token.text[1:-1]))
        if token.kind in ("number", "word"):
            return Value(token.kind, token.text)
        raise bad(error, f"Error in query: expected a value, found '{token.text}'.", token.text)

    def _orderings(self) -> list[tuple[str, bool]]:
        if not self._take("BY"):
            raise self._expected("EXPECTED_BY", "BY")
        found = [self._ordering()]
        while self._take(","):
            found.append(self._ordering())
        return found

    def _ordering(self) -> tuple[str, bool]:
        name = self._field()
        if self._take("DESC"):
            return name, True
        self._take("ASC")
        return name, False

    def _limit(self) -> int:
        token = self._any()
        if token.kind != "number" or "." in token.text:
            raise bad("BAD_LIMIT_VALUE", f"'{token.text}' is no limit.", token.text)
        if int(token.text) < 1:
            raise bad("LIMIT_VALUE_TOO_LOW", "The limit must be at least 1.", token.text)
        return int(token.text)

    def _parameters(self) -> dict[str, str]:
        found = {}
        while True:
            name = self._word("BAD_PARAMETER_NAME")
            if not self._take("="):
                raise self._unexpected()
            found[name] = self._value("BAD_PARAMETER_VALUE").text
            if not self._take(","):
                return found

    # Tokens.

    def _field(self) -> str:
        token = self._any()
        if token.kind != "word" or not FIELD.fullmatch(token.text) or token.text.upper() in CLAUSES:
            raise bad("BAD_FIELD_NAME", f"Error in query: '{token.text}' is no field name.", token.text)
        return token.text

    def _word(self, error: str) -> str:
        token = self._any()
        if token.kind != "word":
            raise bad(error, f"Error in query: unexpected '{token.text}'.", token.text)
        return token.text

    def _any(self) -> Token:
        if self._next >= len(self._tokens):
            raise bad("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
        self._next += 1
        return self._tokens[self._next - 1]

    def _take(self, text: str) -> bool:
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind in ("word", "sign") and token.text.upper() == text:
                self._next += 1
                return True
        return False

    def _at_end_of_clause(self) -> bool:
        if self._next >= len(self._tokens):
            return True
        token = self._tokens[self._next]
        return token.kind == "word" and token.text.upper() in CLAUSES

    def _expected(self, error: str, what: str) -> Refusal:
        if self._next >= len(self._tokens):
            return bad("UNEXPECTED_END_OF_QUERY", f"Error in query: expected {what}, found the end.")
        text = self._tokens[self._next].text
        return bad(error, f"Error in query: expected {what}, found '{text}'.", text)

    def _unexpected(self) -> Refusal:
        if self._next >= len(self._tokens):
            return bad("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
        text = self._tokens[self._next].text
        return bad("UNEXPECTED_INPUT", f"Error in query: unexpected input '{text}'.", text)


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in ESCAPED:
            raise bad("BAD_ESCAPE_SEQUENCE", f"\\{match[1]} is no escape sequence.", match[0])
        return ESCAPED[match[1]]

    return ESCAPE.sub(one, text)

"""What does the linter of blueprints look for?"""

from __future__ import annotations

from typing import Final

from triage_core.lowcode.findings import Rule, Weight

_TABLE: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    # --- the file -----------------------------------------------------------------------------------------------------
    (
        "MK101",
        "The file is a blueprint",
        "Make imports nothing else.",
        "[]",
        '{"name": "…", "flow": […], "metadata": {…}}',
    ),
    (
        "MK102",
        "At the top stand only name, description, flow and metadata",
        "Make does not publish a blueprint with more, and more belongs to the account of whoever exported it.",
        '{"scheduling": {…}}',
        "set the schedule after the import",
    ),
    (
        "MK103",
        "It has a name and modules",
        "Without a name nobody finds it again.",
        '{"name": ""}',
        '{"name": "Triage"}',
    ),
    (
        "MK104",
        "Its metadata is complete",
        "The import is refused without a version, the settings of the scenario and the list of orphans.",
        '{"metadata": {}}',
        '{"metadata": {"version": 1, "scenario": {…}, "designer": {"orphans": []}}}',
    ),
    # --- modules ------------------------------------------------------------------------------------------------------
    (
        "MK110",
        "Each module has a number of its own",
        "What is mapped names modules by their numbers.",
        '{"id": 1}, {"id": 1}',
        '{"id": 1}, {"id": 2}',
    ),
    (
        "MK111",
        "Each module has its kind, version and place",
        "The editor cannot show it otherwise.",
        '{"module": "http"}',
        '{"module": "http:MakeRequest", "version": 4, "metadata": {"designer": {"x": 0, "y": 0}}}',
    ),
    (
        "MK112",
        "A known module is written as Make writes it",
        "Another spelling or version is imported as “Module Not Found”, or fails without a word.",
        "slack:createMessage@5",
        "slack:CreateMessage@4",
    ),
    (
        "MK114",
        "Nothing in it belongs to an account",
        "Connections, hooks, keys and data stores are never made by an import; their numbers are somebody else's.",
        '{"parameters": {"hook": 12345}}',
        '{"parameters": {}}',
    ),
    (
        "MK120",
        "A router has routes, and no mapper and no filter",
        "Filters stand on the first module of a route.",
        '{"module": "builtin:BasicRouter", "filter": {…}}',
        '{"module": "builtin:BasicRouter", "mapper": null, "routes": [{"flow": […]}]}',
    ),
    (
        "MK121",
        "A filter has something before it",
        "Nothing can be filtered before the first module, nor on the first of an if-else branch.",
        "a filter on module 1",
        "a filter on module 2",
    ),
    (
        "MK122",
        "An if-else has branches that can be told apart",
        "Only the last branch may do without conditions, and nothing branches inside a branch.",
        '{"type": "condition", "conditions": []}',
        '{"type": "condition", "conditions": [[{…}]], "flow": […]}',
    ),
    (
        "MK123",
        "A merge follows its if-else, with one entry for each branch that it joins",
        "The values would come from the wrong branch.",
        '"mappings": ["{{8.value}}"] for two branches',
        '"mappings": ["{{8.value}}", "{{9.value}}"]',
    ),
    (
        "MK124",
        "An aggregator names the module that it gathers from",
        "It would gather nothing.",
        '{"parameters": {}}',
        '{"parameters": {"feeder": 4}}',
    ),
    (
        "MK130",
        "Everything a module needs is there",
        "Defaults are not filled in on import; the module stops the first run.",
        "http:MakeRequest without `timeout`",
        "all keys of its mapper",
    ),
    (
        "MK131",
        "A choice is one of the module's",
        "The module stops the first run.",
        '"method": "GET"',
        '"method": "get"',
    ),
    (
        "MK132",
        "Switches are true or false, and times within bounds",
        "Make takes no texts for switches, and waits for at most 300 seconds.",
        '"parseResponse": "yes"',
        '"parseResponse": true',
    ),
    (
        "MK133",
        "A filter compares with an operator of Make",
        "An unknown operator lets nothing through, or everything.",
        '{"a": "{{1.x}}", "o": "text:startswith", "b": "P"}',
        '{"a": "{{1.x}}", "o": "text:startwith", "b": "P"}',
    ),
    # --- expressions --------------------------------------------------------------------------------------------------
    (
        "MK140",
        "Expressions can be read",
        "Make shows an error on the first run, or takes the expression as a text.",
        "{{if(1.x, 2, 3)}}",
        "{{if(1.x; 2; 3)}}",
    ),
    (
        "MK141",
        "Functions exist and get what they need",
        "A misspelled function saves fine and fails every run.",
        "{{isempty(1.x)}}",
        '{{ifempty(1.x; "")}}',
    ),
    (
        "MK142",
        "Words mean something",
        "A word that is neither a variable nor quoted is empty.",
        "{{ifempty(1.x; nobody)}}",
        '{{ifempty(1.x; "nobody")}}',
    ),
    ("MK143", "A module that is named exists", "The value is empty in every run.", "{{99.id}}", "{{1.id}}"),
    (
        "MK144",
        "A module that is named ran before, on the same way",
        "Other routes and later modules have given nothing yet.",
        "{{7.data.id}} in module 4",
        "{{2.data.id}} in module 4",
    ),
    (
        "MK145",
        "A module gives what is taken from it",
        "The value is empty in every run.",
        "{{2.body.class}} of an HTTP module",
        "{{2.data.class}}",
    ),
    # --- calls of the service -----------------------------------------------------------------------------------------
    (
        "MK150",
        "The service has the operation that is called",
        "The call is answered with 404 or 405.",
        "GET /api/v1/ticket",
        "GET /api/v1/tickets",
    ),
    (
        "MK151",
        "What is sent is what the operation takes",
        "Unknown fields are refused, and missing ones too.",
        '{"title": "…"}',
        '{"subject": "…"}',
    ),
    (
        "MK152",
        "Free text goes as a form",
        "A quotation mark or a line break in it would break the JSON, and the ticket would be lost.",
        '"jsonStringBodyContent": "{\\"subject\\": \\"{{1.subject}}\\"}"',
        '"formFields": [{"key": "subject", "value": "{{1.subject}}"}]',
    ),
    (
        "MK153",
        "What is taken from an answer stands in it",
        "The value is empty in every run.",
        "{{2.data.priority}}",
        "{{2.data.class}}",
    ),
    (
        "MK154",
        "A call that changes something carries a key that stays the same when it is repeated",
        "Make runs a module again after an error; without a key everything happens twice.",
        '"headers": []',
        '"headers": [{"name": "Idempotency-Key", "value": "release-{{1.id}}"}]',
    ),
    # --- running it ---------------------------------------------------------------------------------------------------
    (
        "MK160",
        "A call has a handler for its errors",
        "The first error stops a scenario that starts by a webhook.",
        '{"module": "http:MakeRequest", …}',
        '{"module": "http:MakeRequest", …, "onerror": [{"module": "builtin:Break", …}]}',
    ),
    (
        "MK161",
        "What is kept for another try has a place",
        "Break keeps nothing unless incomplete executions are stored.",
        '"dlq": false',
        '"dlq": true',
    ),
    (
        "MK162",
        "A handler ends with a directive",
        "Make cannot tell what shall become of the run.",
        '"onerror": [{"module": "slack:CreateMessage"}]',
        '"onerror": [{"module": "slack:CreateMessage"}, {"module": "builtin:Break"}]',
    ),
    (
        "MK170",
        "It holds no secret and no real address",
        "Blueprints are passed on.",
        '"value": "tl_9f…"',
        '"value": "your key"',
    ),
)
_CAUTIONS: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    (
        "MK113",
        "Its modules are known",
        "Whether another account has this module in this version cannot be seen offline.",
        "crm:WatchDeals@2",
        "a module of the list, or a look at the import",
    ),
    (
        "MK115",
        "Nothing in it is the editor's own note",
        "It holds labels and values of whoever exported it.",
        '"metadata": {"restore": {…}}',
        '"metadata": {"designer": {"x": 0, "y": 0}}',
    ),
    ("MK146", "A whole bundle is written in backticks", "Without them it is a number.", "{{1}}", "{{`1`}}"),
    (
        "MK163",
        "An error of the service does not go on as if it were an answer",
        "The next modules find none of the fields that they take.",
        '"stopOnHttpError": false',
        '"stopOnHttpError": true',
    ),
    (
        "MK171",
        "The service's address stands in one place",
        "Whoever imports it has to find and change every one.",
        "https://triage.example.com in two modules",
        "{{2.base_url}}",
    ),
)


def _rule(row: tuple[str, str, str, str, str], weight: Weight) -> Rule:
    number, title, why, bad, good = row
    return Rule(id=number, title=title, why=why, bad=bad, good=good, weight=weight)


RULES: Final[dict[str, Rule]] = {
    rule.id: rule
    for rule in sorted(
        [_rule(row, Weight.ERROR) for row in _TABLE] + [_rule(row, Weight.WARNING) for row in _CAUTIONS],
        key=lambda rule: rule.id,
    )
}

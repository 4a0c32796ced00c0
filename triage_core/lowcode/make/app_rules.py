"""What does the linter of Make apps look for, beyond what Make's own schemas find?"""

from __future__ import annotations

from typing import Final

from triage_core.lowcode.findings import Rule

_TABLE: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("MK201", "Every file can be read", "The editor refuses the whole app.", '{"url": }', '{"url": "/tickets"}'),
    (
        "MK202",
        "The manifest and the files are the same",
        "What is not listed is not uploaded, and what does not exist stops the upload.",
        '"communication": "modules/old.iml.json"',
        "a path that exists",
    ),
    (
        "MK203",
        "Parts are named as Make wants it",
        "The upload is refused.",
        "module `get-ticket`",
        "module `getTicket`",
    ),
    (
        "MK204",
        "Expressions can be read",
        "They are in the dialect of app code: commas, and simple quotation marks.",
        "{{ifempty(body.detail; 'x')}}",
        "{{ifempty(body.detail, 'x')}}",
    ),
    (
        "MK205",
        "What is named is declared",
        "The value is empty in every run.",
        "{{parameters.tickt_id}}",
        "{{parameters.ticket_id}}",
    ),
    (
        "MK206",
        "A choice has something to choose from",
        "Nobody can fill it in.",
        '{"type": "select"}',
        '"options": […]',
    ),
    (
        "MK207",
        "Each field has a name of its own",
        "One of them is lost.",
        '{"name": "limit"}, {"name": "limit"}',
        '{"name": "limit"}',
    ),
    (
        "MK208",
        "A sample is what the module gives",
        "People map fields that never come.",
        '{"priority": "P1"}',
        '{"class": "P1"}',
    ),
    (
        "MK209",
        "The service has the operation that is called",
        "The call is answered with 404 or 405.",
        '"url": "/ticket"',
        '"url": "/tickets"',
    ),
    (
        "MK210",
        "Every status of the service is an error of Make",
        "Make would treat a refusal like a mistake of the app.",
        "no entry for 409",
        '"409": {"type": "DuplicateDataError", …}',
    ),
    (
        "MK211",
        "Keys stay out of the log",
        "Everybody who may see the log could use the key.",
        '"headers": {"x-api-key": …} without `log.sanitize`',
        '"log": {"sanitize": ["request.headers.x-api-key"]}',
    ),
    (
        "MK212",
        "What removes a webhook uses what registering it kept",
        "The webhook would stay for ever.",
        "{{webhook.id}}",
        "{{webhook.externalHookId}}",
    ),
    (
        "MK213",
        "Only the base sets how long to wait, 300 seconds at most",
        "The setting is refused or ignored.",
        '"timeout": 60000 in a module',
        '"timeout": 60000 in the base',
    ),
    (
        "MK214",
        "A call of any path stays on the service",
        "The key could be sent to another host.",
        '"url": "{{parameters.url}}"',
        '"url": "{{connection.baseUrl}}/{{parameters.url}}"',
    ),
    (
        "MK215",
        "A list that a field asks for exists",
        "The field shows an error instead of choices.",
        '"options": "rpc://listThings"',
        '"options": "rpc://listQueues"',
    ),
    (
        "MK216",
        "What is sent is what the operation takes",
        "The service refuses fields that it does not know.",
        '"body": {"title": …}',
        '"body": {"subject": …}',
    ),
    (
        "MK217",
        "Functions exist and get what they need",
        "A misspelled function fails every run.",
        "{{isempty(body.detail)}}",
        "{{ifempty(body.detail, '')}}",
    ),
)
APP_RULES: Final[dict[str, Rule]] = {
    number: Rule(id=number, title=title, why=why, bad=bad, good=good) for number, title, why, bad, good in _TABLE
}

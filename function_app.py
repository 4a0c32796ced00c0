"""What does the Functions host run? Every operation and timer of the service, one function each, and its pages."""

from __future__ import annotations

import os

from triage_core.compose import Installation
from triage_core.console.pages import routes
from triage_core.edge.azure import function_app
from triage_core.observability import configure
from triage_core.settings import settings_from
from triage_core.telemetry import start

configure()
start(os.environ)
installation = Installation(lambda: settings_from(os.environ))
app = function_app(installation.services, routes(installation.identity, installation.services))

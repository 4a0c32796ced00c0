"""How does an escalation look on each surface? Facts in, payloads out; nothing is sent, and no draft is ever shown."""

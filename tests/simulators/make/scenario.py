"""What does a scenario do when its trigger gives a bundle? Calls over HTTP, and everything else in the tests' hands."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.simulators.make.evaluating import NotSimulatedError, mapped, passes

Module = dict[str, Any]
Bundles = dict[int, Any]


class ModuleFailedError(Exception):
    """A module ended with an error, as Make shows it."""


class _StopError(Exception):
    """The way ends here; nothing is wrong."""


@dataclass
class Incomplete:
    """A run that is kept for another try: what was left to do, and everything known by then."""

    rest: list[Module]
    bundles: Bundles
    error: str


@dataclass
class World:
    """Everything outside the scenario."""

    client: httpx.Client
    posted: list[dict[str, Any]] = field(default_factory=list)
    mails: list[dict[str, Any]] = field(default_factory=list)
    #: What a call fails with, one for each of the next ones; the service may still have done its work.
    lost: list[Exception] = field(default_factory=list)


@dataclass
class Run:
    """What became of one run."""

    responses: list[tuple[int, str]] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)
    #: The names of the modules that ran, in order.
    ran: list[str] = field(default_factory=list)


def set_up(blueprint: Module, **settings: str) -> Module:
    """Return a blueprint after whoever imported it changed its second place, and nothing else."""
    ready = copy.deepcopy(blueprint)
    variables = ready["flow"][1]["mapper"]["variables"]
    names = [each["name"] for each in variables]
    assert names == list(settings)[: len(names)], names
    for variable in variables:
        variable["value"] = settings[variable["name"]]
    return ready


def run(blueprint: Module, bundle: Any, world: World) -> Run:
    """Run a scenario once, with what its trigger gives."""
    trigger, *rest = blueprint["flow"]
    if trigger["module"] != "gateway:CustomWebHook":
        raise NotSimulatedError(f"a trigger {trigger['module']}")
    done = Run()
    _Runner(world, done).flow(rest, {trigger["id"]: bundle})
    return done


def again(left: Incomplete, world: World) -> Run:
    """Try once more what a Break kept."""
    done = Run()
    _Runner(world, done).flow(left.rest, dict(left.bundles))
    return done


class _Runner:
    def __init__(self, world: World, done: Run) -> None:
        self.world = world
        self.done = done

    def flow(self, modules: list[Module], bundles: Bundles) -> None:
        """Run modules one after the other, until a filter or an error stops them."""
        for number, module in enumerate(modules):
            if "filter" in module and not passes(module["filter"]["conditions"], bundles):
                return
            try:
                results = self.module(module, bundles)
            except ModuleFailedError as error:
                self.handled(module, modules[number:], bundles, str(error))
                return
            if module["module"] == "builtin:BasicFeeder":
                for result in results:
                    self.flow(modules[number + 1 :], {**bundles, module["id"]: result})
                return
            bundles = {**bundles, module["id"]: next(iter(results), None)}

    def module(self, module: Module, bundles: Bundles) -> list[Any]:
        """Run one module and return its bundles."""
        kind = f"{module['module']}@{module['version']}"
        if kind == "builtin:BasicRouter@1":
            for route in module["routes"]:
                self.flow(route["flow"], dict(bundles))
            return []
        if kind not in _MODULES:
            raise NotSimulatedError(kind)
        self.done.ran.append(kind)
        return list(_MODULES[kind](self, module, mapped(module["mapper"], bundles)))

    def handled(self, module: Module, rest: list[Module], bundles: Bundles, error: str) -> None:
        """Run what handles an error; without a handler the scenario would be switched off."""
        flow = module.get("onerror")
        if not flow:
            raise AssertionError(f"module {module['id']} failed and nothing handles it: {error}")
        for each in flow:
            if each["module"] == "builtin:Break":
                self.done.incomplete.append(Incomplete(rest, bundles, error))
            elif each["module"] != "builtin:Ignore":
                raise NotSimulatedError(f"{each['module']} in a handler")

    def call(self, module: Module, given: Any) -> Iterator[Any]:
        """Call an address; whatever is no success is an error."""
        form = {each["key"]: _sent(each["value"]) for each in given.get("formFields", []) if each["value"] is not None}
        response = self.world.client.request(
            given["method"].upper(),
            given["url"],
            headers={each["name"]: each["value"] for each in given["headers"]},
            params={each["name"]: each["value"] for each in given["qs"]},
            data=form if given["bodyType"] == "x_www_form_urlencoded" else None,
        )
        if self.world.lost:
            raise ModuleFailedError(str(self.world.lost.pop(0)))
        if module["parameters"]["handleErrors"] and not response.is_success:
            raise ModuleFailedError(f"[{response.status_code}] {response.text}")
        yield {"data": response.json(), "statusCode": response.status_code, "headers": dict(response.headers)}

    def respond(self, _: Module, given: Any) -> Iterator[Any]:
        """Answer whoever sent the trigger's bundle, once."""
        assert not self.done.responses, "a webhook can be answered once"
        self.done.responses.append((int(given["status"]), given["body"]))
        yield None

    def variables(self, _: Module, given: Any) -> Iterator[Any]:
        """Set variables."""
        yield {each["name"]: each["value"] for each in given["variables"]}

    def feed(self, _: Module, given: Any) -> Iterator[Any]:
        """Give each member of a list as a bundle."""
        for number, item in enumerate(given["array"] or [], 1):
            yield {**item, "__IMTINDEX__": number}

    def post(self, _: Module, given: Any) -> Iterator[Any]:
        """Post a message to a channel."""
        assert given["text"].strip(), "Slack takes no empty message"
        self.world.posted.append({"channel": given["channel"], "text": given["text"]})
        yield {"ts": str(len(self.world.posted)), "channel": given["channel"]}

    def mail(self, _: Module, given: Any) -> Iterator[Any]:
        """Send a mail."""
        assert given["to"], "a mail needs somebody to go to"
        self.world.mails.append(given)
        yield {"id": str(len(self.world.mails))}


_MODULES: Final[dict[str, Callable[[_Runner, Module, Any], Iterator[Any]]]] = {
    "http:ActionSendData@3": _Runner.call,
    "gateway:WebhookRespond@1": _Runner.respond,
    "util:SetVariables@1": _Runner.variables,
    "builtin:BasicFeeder@1": _Runner.feed,
    "slack:CreateMessage@4": _Runner.post,
    "google-email:ActionSendEmail@2": _Runner.mail,
}


def _sent(value: Any) -> str:
    if isinstance(value, dict | list):
        raise NotSimulatedError("a list or a collection in a form")
    return "true" if value is True else "false" if value is False else str(value)

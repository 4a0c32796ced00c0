"""Which addresses may events go to, and is every other one refused?"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.receivers import (
    HostPatternInvalid,
    ReceiverRefused,
    Receivers,
    Refusal,
    Target,
    is_sendable,
)

PLATFORMS = Receivers()
HERE = Receivers(hosts=(), allow_loopback=True)
OUT = Target(scheme="https", host="hooks.zapier.com", port=443, target="/")
LOOPBACK = Target(scheme="http", host="localhost", port=8000, target="/", is_loopback=True)


def refusal(url: str, receivers: Receivers = PLATFORMS) -> Refusal:
    with pytest.raises(ReceiverRefused) as caught:
        receivers.target(url)
    return caught.value.refusal


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        ("https://hooks.zapier.com/hooks/standard/1/2/", "hooks.zapier.com", "/hooks/standard/1/2/"),
        ("https://zapier.com/hooks/callback/a?b=%2F", "zapier.com", "/hooks/callback/a?b=%2F"),
        ("https://hook.eu2.make.com/abc", "hook.eu2.make.com", "/abc"),
        (
            "https://prod-12.westeurope.logic.azure.com:443/workflows/1?sp=%2F&sig=a-b",
            "prod-12.westeurope.logic.azure.com",
            "/workflows/1?sp=%2F&sig=a-b",
        ),
        ("HTTPS://Hooks.Zapier.COM?x=1", "hooks.zapier.com", "/?x=1"),
        ("https://hooks.zapier.com", "hooks.zapier.com", "/"),
    ],
)
def test_addresses_of_the_platforms_are_read(url: str, host: str, target: str) -> None:
    assert PLATFORMS.target(url) == Target(scheme="https", host=host, port=443, target=target)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", Refusal.UNREADABLE),
        ("hooks.zapier.com/x", Refusal.UNREADABLE),
        ("ftp://hooks.zapier.com/x", Refusal.UNREADABLE),
        ("https://user@hooks.zapier.com/x", Refusal.UNREADABLE),
        ("https://hooks.zapier.com@evil.example/x", Refusal.UNREADABLE),
        ("https://hooks.zapier.com\\@evil.example/x", Refusal.UNREADABLE),
        ("https://hooks.zapier.com/x#part", Refusal.UNREADABLE),
        ("https://hooks.zapier.com/x y", Refusal.UNREADABLE),
        ("https://hooks.zapier.com/x\r\nX-A: b", Refusal.UNREADABLE),
        ("https://hooks.zapier.com/x\n", Refusal.UNREADABLE),
        ("https://hooks.zapier.com./x", Refusal.UNREADABLE),
        ("https://höoks.zapier.com/x", Refusal.UNREADABLE),
        ("https://[fe80::1]/x", Refusal.UNREADABLE),
        (f"https://hooks.zapier.com/{'x' * 2_000}", Refusal.UNREADABLE),
        ("http://hooks.zapier.com/x", Refusal.SCHEME),
        ("https://hooks.zapier.com:8443/x", Refusal.PORT),
        ("https://hooks.zapier.com:99999/x", Refusal.PORT),
        ("https://evil.example/x", Refusal.HOST),
        ("https://hooks.zapier.com.evil.example/x", Refusal.HOST),
        ("https://evilzapier.com/x", Refusal.HOST),
        ("https://make.com/x", Refusal.HOST),
        ("https://127.0.0.1/x", Refusal.HOST),
        ("https://2130706433/x", Refusal.HOST),
        ("https://0x7f.1/x", Refusal.HOST),
        ("https://169.254.169.254/latest", Refusal.HOST),
        ("https://localhost/x", Refusal.HOST),
        ("http://localhost/x", Refusal.SCHEME),
        ("https://[::1]/x", Refusal.HOST),
    ],
)
def test_every_other_address_is_refused_with_its_reason(url: str, why: Refusal) -> None:
    assert refusal(url) is why


def test_a_refusal_does_not_repeat_the_address() -> None:
    with pytest.raises(ReceiverRefused) as caught:
        PLATFORMS.target("http://hooks.zapier.com/geheim")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_may_be_allowed_on_any_port(host: str) -> None:
    read = HERE.target(f"http://{host}:8123/x")
    assert (read.host, read.port, read.is_loopback, read.authority) == (host, 8123, True, f"{host}:8123")


def test_loopback_lets_nobody_else_in() -> None:
    assert refusal("http://10.0.0.1/x", HERE) is Refusal.SCHEME
    assert refusal("https://localhost.evil.example/x", HERE) is Refusal.HOST
    assert refusal("http://localhost:0/x", HERE) is Refusal.PORT


@pytest.mark.parametrize("pattern", ["*", "*.com.", "com", "*.com/x", "10.0.0.1", "*.0.0.1", "a b.com", "*.*.com", ""])
def test_an_entry_that_is_no_host_is_refused(pattern: str) -> None:
    with pytest.raises(HostPatternInvalid, match="entry 2"):
        Receivers(hosts=("hooks.example.com", pattern))


def test_a_list_of_ones_own_replaces_the_platforms() -> None:
    own = Receivers(hosts=("*.n8n.example.org",))
    assert own.target("https://a.b.n8n.example.org/x").host == "a.b.n8n.example.org"
    assert refusal("https://n8n.example.org/x", own) is Refusal.HOST
    assert refusal("https://hooks.zapier.com/x", own) is Refusal.HOST


@given(st.text(max_size=60))
def test_any_text_is_either_refused_or_a_listed_host_over_https(text: str) -> None:
    for url in (text, f"https://{text}", f"https://hooks.zapier.com{text}"):
        try:
            read = PLATFORMS.target(url)
        except ReceiverRefused:
            continue
        assert (read.scheme, read.port) == ("https", 443)
        assert read.host.endswith(("zapier.com", ".make.com", ".azure.com", ".azure-apim.net", ".powerplatform.com"))


@pytest.mark.parametrize("address", ["8.8.8.8", "52.1.2.3", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_sendable(address: str) -> None:
    assert is_sendable(address, OUT)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1"),  # noqa: S104 - a forbidden address
        *("192.0.0.192", "192.0.2.1", "192.168.1.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "168.63.129.16"),
        *("::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"),
        *("100::1", "2001::1", "2001:db8::1", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"),
        *("fe80::1%eth0", "fec0::1", "ff02::1"),
    ],
)
def test_private_special_and_metadata_addresses_are_not(address: str) -> None:
    assert not is_sendable(address, OUT)


@given(st.ip_addresses())
def test_what_the_standard_library_calls_private_is_never_sendable(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        mapped = address in ip_network("::ffff:0:0/96") if address.version == 6 else False
        assert mapped or not is_sendable(str(address), OUT)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_like_the_one_it_stands_for(address: IPv4Address) -> None:
    for mapped in (f"::ffff:{address}", str(ip_address(int(ip_address("64:ff9b::")) + int(address)))):
        assert is_sendable(mapped, OUT) == is_sendable(str(address), OUT)


def test_a_loopback_target_leads_to_loopback_only() -> None:
    assert is_sendable("127.0.0.1", LOOPBACK)
    assert is_sendable("::1", LOOPBACK)
    assert not any(is_sendable(address, LOOPBACK) for address in ("10.0.0.1", "8.8.8.8", "fe80::1"))

"""Microsoft's own Graph SDK against the Graph simulator, reading and writing over real HTTP."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from kiota_abstractions.api_error import APIError
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.models.temporary_access_pass_authentication_method import (
    TemporaryAccessPassAuthenticationMethod as PassMethod,
)
from msgraph.generated.models.user import User
from msgraph.generated.users.item.check_member_groups.check_member_groups_post_request_body import (
    CheckMemberGroupsPostRequestBody,
)
from msgraph.generated.users.item.transitive_member_of.graph_group.graph_group_request_builder import (
    GraphGroupRequestBuilder,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from connector.simulators import Graph, Served
from connector.simulators.graph import ROLES, Switches

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:msgraph")  # the SDK warns about itself

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
T = TypeVar("T")
Run = Callable[[Callable[[GraphServiceClient], Awaitable[T]]], T]


class StaticToken(AccessTokenProvider):
    """A token of the simulator's. No host is asked for: an empty list allows every one."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self._text

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


@pytest.fixture
def graph() -> Graph:
    return Graph(clock=NOW.timestamp)


@pytest.fixture
def run(graph: Graph) -> Iterator[Any]:
    """Runs a coroutine with a client of the simulator's; loop and client are for this call alone."""
    with Served(graph) as served:

        def call(work: Callable[[GraphServiceClient], Awaitable[T]]) -> T:
            async def inside() -> T:
                token = StaticToken(graph.tokens.issue().text)
                adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(token))
                adapter.base_url = f"{served.url}/v1.0"
                return await work(GraphServiceClient(request_adapter=adapter))

            return asyncio.run(inside())

        yield call


@pytest.fixture
def ann(graph: Graph) -> str:
    boss = graph.tenant.add_user("grace.boss@contoso.com", displayName="Grace Boss")
    return graph.tenant.add_user("ann.lee@contoso.com", manager=boss, employeeId="42")


def passes_of(client: GraphServiceClient, key: str) -> Any:
    return client.users.by_user_id(key).authentication.temporary_access_pass_methods


def test_it_makes_lists_reads_and_deletes_a_pass(graph: Graph, run: Run[Any], ann: str) -> None:
    start = NOW + timedelta(minutes=10)

    async def make(client: GraphServiceClient) -> Any:
        body = PassMethod(lifetime_in_minutes=60, is_usable_once=True, start_date_time=start)
        return await passes_of(client, ann).post(body)

    made = run(make)
    assert made.temporary_access_pass == graph.passes.issued[0].text
    assert (made.start_date_time, made.lifetime_in_minutes, made.is_usable_once) == (start, 60, True)
    assert (made.is_usable, made.method_usability_reason) == (False, "NotYetValid")

    def this_one(client: GraphServiceClient) -> Any:
        return passes_of(client, ann).by_temporary_access_pass_authentication_method_id(made.id)

    async def read(client: GraphServiceClient) -> Any:
        return await passes_of(client, ann).get(), await this_one(client).get()

    listed, one = run(read)
    assert [row.id for row in listed.value] == [made.id] == [one.id]
    assert (listed.value[0].temporary_access_pass, one.temporary_access_pass) == (None, None)

    async def delete(client: GraphServiceClient) -> Any:
        await this_one(client).delete()
        return await passes_of(client, ann).get()

    assert run(delete).value == []
    assert [event.what for event in graph.passes.audit] == ["created", "deleted"]


def test_it_reads_a_refusal_out_of_the_envelope(graph: Graph, run: Run[Any], ann: str) -> None:
    async def make(client: GraphServiceClient) -> Any:
        return await passes_of(client, ann).post(PassMethod(lifetime_in_minutes=481))

    with pytest.raises(APIError) as caught:
        run(make)
    error: Any = caught.value
    assert (error.response_status_code, error.error.code) == (400, "badRequest")
    assert error.error.message == "Invalid LifetimeInMinutes specified. The valid range between 60 and 480."
    assert error.error.inner_error.request_id
    assert graph.passes.made == 0


def test_it_finds_a_user_by_id_by_name_and_by_filter(graph: Graph, run: Run[Any], ann: str) -> None:
    pat = graph.tenant.add_user("pat.o'brien@contoso.com", accountEnabled=False)

    async def ask(client: GraphServiceClient) -> Any:
        parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            filter="userPrincipalName eq 'pat.o''brien@contoso.com'",
            select=["id", "accountEnabled", "identities"],
        )
        return (
            await client.users.by_user_id(ann).get(),
            await client.users.by_user_id("pat.o'brien@contoso.com").get(),
            await client.users.get(RequestConfiguration(query_parameters=parameters)),
        )

    by_id, by_name, filtered = run(ask)
    assert (by_id.user_principal_name, by_id.account_enabled, by_name.id) == (
        "ann.lee@contoso.com",
        None,
        pat,
    )
    assert [(user.id, user.account_enabled) for user in filtered.value] == [(pat, False)]
    assert filtered.value[0].identities[0].sign_in_type == "userPrincipalName"


def test_it_finds_the_manager_and_that_there_is_none(run: Run[Any], ann: str) -> None:
    async def ask(client: GraphServiceClient) -> Any:
        boss = await client.users.by_user_id(ann).manager.get()
        assert boss is not None
        assert boss.id is not None
        with pytest.raises(APIError) as caught:
            await client.users.by_user_id(boss.id).manager.get()
        return boss, caught.value.response_status_code

    boss, status = run(ask)
    assert (type(boss), boss.display_name, status) == (User, "Grace Boss", 404)


def test_it_reads_groups_and_roles_of_every_kind(graph: Graph, run: Run[Any], ann: str) -> None:
    group = graph.tenant.add_group("Admins", members=[ann], assignable=True)
    graph.tenant.assign(group, "User Administrator")
    graph.tenant.make_eligible(ann, "Global Administrator")

    async def ask(client: GraphServiceClient) -> Any:
        user = client.users.by_user_id(ann)
        count = GraphGroupRequestBuilder.GraphGroupRequestBuilderGetQueryParameters(count=True)
        advanced = RequestConfiguration(query_parameters=count)
        advanced.headers.add("ConsistencyLevel", "eventual")
        return (
            await user.transitive_member_of.get(),
            await user.transitive_member_of.graph_group.get(advanced),
            await user.check_member_groups.post(CheckMemberGroupsPostRequestBody(group_ids=[group])),
            await client.role_management.directory.role_assignments.get(),
            await client.role_management.directory.role_eligibility_schedule_instances.get(),
        )

    every, groups, checked, assigned, eligible = run(ask)
    assert [type(row).__name__ for row in every.value] == ["Group", "DirectoryRole"]
    assert every.value[1].role_template_id == ROLES["User Administrator"]
    assert [(row.id, row.is_assignable_to_role) for row in groups.value] == [(group, True)]
    assert checked.value == [group]
    assert [(row.principal_id, row.role_definition_id) for row in assigned.value] == [
        (group, ROLES["User Administrator"])
    ]
    assert [row.principal_id for row in eligible.value] == [ann]


def test_it_reads_the_pass_policy(run: Run[Any]) -> None:
    async def ask(client: GraphServiceClient) -> Any:
        policies = client.policies.authentication_methods_policy.authentication_method_configurations
        return await policies.by_authentication_method_configuration_id("TemporaryAccessPass").get()

    policy = run(ask)
    assert (policy.state.value, policy.default_lifetime_in_minutes, policy.is_usable_once) == (
        "enabled",
        60,
        False,
    )
    assert policy.include_targets[0].id == "all_users"


def test_it_follows_next_links_to_the_end(graph: Graph, run: Run[Any]) -> None:
    made = {graph.tenant.add_user(f"user{n}@contoso.com") for n in range(7)}
    graph.switches = Switches(page_size=3, empty_page=True)

    async def ask(client: GraphServiceClient) -> list[str]:
        page, ids = await client.users.get(), []
        while page:
            ids += [user.id for user in page.value or []]
            page = await client.users.with_url(page.odata_next_link).get() if page.odata_next_link else None
        return [key for key in ids if key]

    assert set(run(ask)) == made


def test_it_sends_a_batch_and_reads_each_answer(graph: Graph, run: Run[Any], ann: str) -> None:
    urls = {"user": f"/users/{ann}", "boss": f"/users/{ann}/manager", "none": "/users/nobody@contoso.com"}
    parts = [{"id": key, "method": "GET", "url": url} for key, url in urls.items()]

    async def ask(client: GraphServiceClient) -> Any:
        # Through the SDK's adapter: its batch builder imports a package that msgraph-core doesn't ask for.
        request = RequestInformation(
            Method.POST, "{+baseurl}/$batch", {"baseurl": client.request_adapter.base_url}
        )
        request.set_stream_content(json.dumps({"requests": parts}).encode(), "application/json")
        return await client.request_adapter.send_primitive_async(request, "bytes", {})

    answers = {reply["id"]: reply for reply in json.loads(run(ask))["responses"]}
    assert {key: reply["status"] for key, reply in answers.items()} == {"user": 200, "boss": 200, "none": 404}
    assert answers["user"]["body"]["userPrincipalName"] == "ann.lee@contoso.com"
    assert answers["boss"]["body"]["displayName"] == "Grace Boss"

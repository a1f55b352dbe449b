"""Microsoft's own Graph SDK sends a mail through the simulator, and reads the tenant's domains."""

from typing import Any

import pytest
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.message import Message
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import SendMailPostRequestBody
from msgraph.graph_service_client import GraphServiceClient

from connector.simulators import Graph
from connector.simulators.graph.mail import PERMISSIONS as MAIL_PERMISSIONS
from connector.simulators.tokens import PERMISSIONS, Tokens
from tests.crosscheck.test_msgraph import Run, run

__all__ = ["run"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:msgraph")  # the SDK warns about itself


@pytest.fixture
def graph() -> Graph:
    return Graph(Tokens(roles=PERMISSIONS + MAIL_PERMISSIONS))


def test_it_sends_a_mail(graph: Graph, run: Run[Any]) -> None:
    desk = graph.tenant.add_user("servicedesk@contoso.com")
    to = Recipient(email_address=EmailAddress(address="grace.boss@contoso.com"))
    text = ItemBody(content_type=BodyType.Html, content="<p>hello</p>")
    body = SendMailPostRequestBody(
        message=Message(subject="Access", body=text, to_recipients=[to]), save_to_sent_items=False
    )

    async def send(client: GraphServiceClient) -> Any:
        return await client.users.by_user_id("servicedesk@contoso.com").send_mail.post(body)

    assert run(send) is None
    (mail,) = graph.mail.sent
    assert (mail.sender, mail.to, mail.body, mail.html, mail.saved) == (
        desk,
        ("grace.boss@contoso.com",),
        "<p>hello</p>",
        True,
        False,
    )


def test_it_reads_the_verified_domains(run: Run[Any]) -> None:
    async def ask(client: GraphServiceClient) -> Any:
        return await client.organization.get()

    (row,) = run(ask).value
    assert [each.name for each in row.verified_domains] == ["contoso.com", "contoso.onmicrosoft.com"]

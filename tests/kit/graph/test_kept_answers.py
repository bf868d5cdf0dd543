"""What an idempotency key keeps of an answer."""

from core.kit.context import acting_for
from core.kit.database import fetch_value, transaction
from core.kit.graph.mutations import Payload, _claim_key, _keep_answer
from core.kit.graph.request import Request
from core.operating import operator_context
from core.testing import Desk


async def test_keys_are_kept_and_secrets_are_not(desk: Desk) -> None:
    ctx = operator_context(desk.tenant_id)
    request = Request(ctx=ctx, locale="en", app=None)
    made = ctx.new_id()

    with acting_for(desk.tenant_id):
        async with transaction():
            await _claim_key(request, "something_create", "9d1c", "digest")
            payload = Payload.of(thing_id=made, secret="dga_TopSecret", expires_in=60)
            await _keep_answer(request, "something_create", "9d1c", payload)
        kept = await fetch_value("select answer::text from idempotency_keys where key = '9d1c'")
        async with transaction():
            again = await _claim_key(request, "something_create", "9d1c", "digest")

    assert "TopSecret" not in kept
    assert again == {"thing_id": str(made)}

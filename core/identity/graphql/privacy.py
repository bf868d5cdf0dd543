"""Mutations by which customers are forgotten."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from core.identity.service.forgetting import ANONYMIZE, ERASE, ask_about
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import IDEMPOTENCY_KEY, needed_key

if TYPE_CHECKING:
    from core.jobs.graphql import Job

LazyJob = Annotated["Job", strawberry.lazy("core.jobs.graphql")]


@strawberry.input(description="Which customer to anonymise.")
class CustomerAnonymizeInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Which customer to erase.")
class CustomerEraseInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `customerAnonymize` answers.")
class CustomerAnonymizePayload(Payload):
    job: LazyJob | None = one("job_id", "The job that does it.")


@strawberry.type(description="What `customerErase` answers.")
class CustomerErasePayload(Payload):
    job: LazyJob | None = one("job_id", "The job that does it; it counts tickets.")


@strawberry.type
class PrivacyMutation:
    @mutation(
        "Forget who a customer is, as a job: name, addresses, ids, custom values and all that lets them in. Their"
        " tickets and figures stay. There is no way back.",
        permission="customer.erase",
    )
    async def customer_anonymize(info: Info, input: CustomerAnonymizeInput) -> CustomerAnonymizePayload:
        job_id = await ask_about(info.context.ctx, ANONYMIZE, needed_key(input.id, "usr", "id"))
        return CustomerAnonymizePayload.of(job_id=job_id)

    @mutation(
        "Erase a customer with all their tickets, as a job. There is no way back.",
        permission="customer.erase",
    )
    async def customer_erase(info: Info, input: CustomerEraseInput) -> CustomerErasePayload:
        job_id = await ask_about(info.context.ctx, ERASE, needed_key(input.id, "usr", "id"))
        return CustomerErasePayload.of(job_id=job_id)

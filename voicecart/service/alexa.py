"""POST /alexa: verified before anything else is done, then answered by the skill within Alexa's eight seconds."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path

from ask_sdk_core.exceptions import SerializationException
from flask import Blueprint, Flask, Response, abort, copy_current_request_context, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import InternalServerError

from commerce.deliveries import Deliveries
from skills.alexa.chains import Chains
from skills.alexa.lateness import late_answer
from skills.alexa.progress import Progress
from skills.alexa.refusal import Reason, Refused
from skills.alexa.skill import make_skill
from skills.alexa.trust import Roots
from skills.alexa.verification import (
    ADDRESS_HEADER,
    EVENT_TOLERANCE,
    LARGEST,
    SIGNATURE_HEADER,
    TOLERANCE,
    Verified,
    Verifier,
)
from voicecart.assembly import Assembly
from voicecart.service.alexa_deadline import Deadline, TooLate
from voicecart.service.ask_sdk import VERIFY_SIGNATURE_APP_CONFIG, VERIFY_TIMESTAMP_APP_CONFIG, SkillAdapter
from voicecart.service.metrics import metrics
from voicecart.settings import SettingsError

log = logging.getLogger(__name__)


def blueprint(assembly: Assembly) -> Blueprint:
    """The skill's endpoint. Raises SettingsError when the roots to trust can't be read."""
    part = Blueprint("alexa", __name__)
    endpoint = _Endpoint(assembly)
    part.add_url_rule("/alexa", "alexa", endpoint.answer, methods=["POST"])
    part.record_once(lambda state: state.app.config.update(_NO_SECOND_CHECK))
    return part


_NO_SECOND_CHECK = {VERIFY_SIGNATURE_APP_CONFIG: False, VERIFY_TIMESTAMP_APP_CONFIG: False}


class _Endpoint:
    """What answers the skill's requests. Nothing is opened until the first one that is Alexa's."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        settings = assembly.settings
        self._verifier: Verifier | None = None
        if settings.alexa_skill_id is not None:
            folder = settings.alexa_cert_cache or settings.cache_folder / "alexa-chains"
            chains = Chains(folder, _roots(settings.alexa_trust_roots))
            self._verifier = Verifier(settings.alexa_skill_id, chains, assembly.clock)
        self._deadline = Deadline(settings.worker_threads)
        self._progress = Progress(settings.alexa_api_endpoint)

    def answer(self) -> ResponseReturnValue:
        """The response to the current request."""
        try:
            verified = self._verified()
            work = copy_current_request_context(lambda: self._answer(verified, current_app))
            return self._deadline.keep(g.began, work, lambda: self._progress.tell(verified.envelope))
        except Refused as refused:
            metrics().alexa_refused.labels(refused.reason.value).inc()
            log.warning("a request to the skill was refused: %s", refused.reason.value)
            abort(400)
        except TooLate:
            metrics().alexa_late.inc()
            return jsonify(late_answer(request.get_data(as_text=True), self._assembly.shop().info.kind))

    def _verified(self) -> Verified:
        if request.content_length is None or "Transfer-Encoding" in request.headers:
            raise Refused(Reason.LENGTH_MISSING)
        if request.content_length > LARGEST:
            raise Refused(Reason.TOO_LARGE)
        if self._verifier is None:
            raise Refused(Reason.NOT_SET_UP)
        headers = request.headers
        return self._verifier.verify(headers.get(ADDRESS_HEADER), headers.get(SIGNATURE_HEADER), request.get_data())

    def _answer(self, verified: Verified, app: Flask) -> Response:
        """The skill's answer; to an event that was delivered before, the answer that it got then."""
        lasts = 2 * (EVENT_TOLERANCE if verified.is_event else TOLERANCE)  # clocks may differ either way
        if not self._deliveries.is_first(verified.request_id, lasts):
            if not verified.is_event:
                raise Refused(Reason.REPLAY)
            before = self._deliveries.answer_to(verified.request_id)
            if before is not None:
                return Response(before, content_type="application/json")
        answer = self._dispatched(app)
        if verified.is_event:
            self._deliveries.keep_answer(verified.request_id, answer.get_data(as_text=True))
        return answer

    def _dispatched(self, app: Flask) -> Response:
        if not self._adapter._webservice_handler:
            self._adapter.init_app(app)
        try:
            answer: Response = self._adapter.dispatch_request()
        except InternalServerError as error:
            if isinstance(error.__context__, SerializationException):  # the adapter's word for a body of another shape
                raise Refused(Reason.MALFORMED) from error
            raise
        return answer

    @cached_property
    def _deliveries(self) -> Deliveries:
        return Deliveries(self._assembly.database, self._assembly.clock)

    @cached_property
    def _adapter(self) -> SkillAdapter:
        skill = make_skill(self._assembly.skill_parts())
        return SkillAdapter(skill=skill, skill_id=self._assembly.settings.alexa_skill_id)


def _roots(file: Path | None) -> Roots:
    if file is not None:
        log.warning(
            "VOICECART_ALEXA_TRUST_ROOTS is set: whoever has a certificate of %s can speak as Alexa. Only for tests!",
            file,
        )
    try:
        return Roots(file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"VOICECART_ALEXA_TRUST_ROOTS can't be read: {error}") from error

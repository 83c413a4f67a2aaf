"""skill.json: what the skill is, where it is served, and what it may do."""

from __future__ import annotations

from typing import Any

from commerce.shop_info import ShopInfo
from skills.alexa.wording import Words, all_words

_EVENTS = (
    "SKILL_ENABLED",
    "SKILL_DISABLED",
    "SKILL_ACCOUNT_LINKED",
    "SKILL_PERMISSION_ACCEPTED",
    "SKILL_PERMISSION_CHANGED",
    "SKILL_PROACTIVE_SUBSCRIPTION_CHANGED",
)
_PUBLISHED = ("AMAZON.OrderStatus.Updated", "AMAZON.MessageAlert.Activated")


def manifest(shop: ShopInfo, address: str, invocation: str) -> dict[str, Any]:
    """The skill's manifest. address: of the service, without a slash at its end."""
    endpoint = {"uri": f"{address}/alexa", "sslCertificateType": "Trusted"}
    locales = {locale: words for words in all_words().values() for locale in words.locales}
    privacy = {"privacyPolicyUrl": f"{address}/privacy", "termsOfUseUrl": f"{address}/terms"}
    return {
        "manifest": {
            "manifestVersion": "1.0",
            "publishingInformation": {
                "category": "SHOPPING",
                "distributionCountries": [],
                "isAvailableWorldwide": True,
                "testingInstructions": words_of(locales).publishing["testing"].format(invocation=invocation),
                "locales": {locale: _published(shop, invocation, words) for locale, words in locales.items()},
            },
            "privacyAndCompliance": {
                "allowsPurchases": True,
                "usesPersonalInfo": True,
                "isChildDirected": False,
                "isExportCompliant": True,
                "containsAds": False,
                "locales": dict.fromkeys(locales, privacy),
            },
            "apis": {
                "custom": {
                    "endpoint": endpoint,
                    "interfaces": [{"type": "ALEXA_PRESENTATION_APL"}],
                }
            },
            "events": {
                "endpoint": endpoint,
                "subscriptions": [{"eventName": name} for name in _EVENTS],
                "publications": [{"eventName": name} for name in _PUBLISHED],
            },
            "permissions": [{"name": "alexa::devices:all:notifications:write"}],
        }
    }


def words_of(locales: dict[str, Words]) -> Words:
    """Those of the first locale."""
    return next(iter(locales.values()))


def _published(shop: ShopInfo, invocation: str, words: Words) -> dict[str, Any]:
    said = words.publishing
    return {
        "name": shop.name,
        "summary": said["summary"].format(shop=shop.name),
        "description": said["description"].format(shop=shop.name, seller=shop.seller),
        "examplePhrases": [phrase.format(invocation=invocation) for phrase in said["examples"]],
        "keywords": list(said["keywords"]),
    }

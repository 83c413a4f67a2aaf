"""PayBill: which bill, from which account, how much; then the quote is read out and a yes pays it."""

from __future__ import annotations

from commerce.accounts import Account, Bill
from commerce.errors import BillOverpaid, InsufficientFunds
from commerce.money import Money
from skills.contract import Understood
from skills.intents.answer import Answer, Ask, AskChoice, AskQuote, Slots
from skills.intents.moment import Moment
from skills.intents.money import payee_name
from skills.intents.questions import by_every_name
from skills.intents.slots import number_in, text_in
from skills.languages.saying import AnyOf, Value, say

OFFERED = 3
_PAYS_FROM = ("checking", "savings", "store")


def pay_bill(moment: Moment, slots: Slots) -> Answer:
    """Ask for what is missing, then read the payment out."""
    bills = moment.shop.accounts.bills(moment.customer)
    payee = text_in(slots, "payee")
    due = [bill for bill in bills if bill.payee_key == payee] if payee else list(bills)
    if not due:
        if payee:
            return Answer(says=(say("bills.none_of", payee=payee_name(moment, payee)),))
        return Answer(says=(say("bills.none"),))
    if len({bill.payee_key for bill in due}) > 1:
        return Answer(ask=_which_bill(moment, slots, due))
    accounts = [account for account in moment.shop.accounts.list(moment.customer) if account.kind in _PAYS_FROM]
    if not accounts:
        return Answer(says=(say("balance.no_account"),))
    account = next((account for account in accounts if account.key == text_in(slots, "account")), None)
    if account is None and text_in(slots, "account"):
        return Answer(ask=_which_account(slots, due[0], accounts))
    return _quote(moment, slots, due[0], account or accounts[0])


def _which_bill(moment: Moment, slots: Slots, due: list[Bill]) -> Ask:
    payees = {payee.key: payee for payee in moment.shop.customers.get(moment.customer).payees}
    named = [
        ((bill.payee, *payees[bill.payee_key].spoken), Understood("PayBill", {**slots, "payee": bill.payee_key}))
        for bill in due
    ]
    key = "pay.which" if len(due) <= OFFERED else "pay.which_more"
    names = AnyOf(tuple(bill.payee for bill in due[:OFFERED]))
    return Ask(AskChoice(by_every_name(named)), say(key, choices=names))


def _which_account(slots: Slots, bill: Bill, accounts: list[Account]) -> Ask:
    named = [
        (
            (account.name, *account.spoken),
            Understood("PayBill", {**slots, "payee": bill.payee_key, "account": account.key}),
        )
        for account in accounts
    ]
    names = AnyOf(tuple(account.name for account in accounts[:OFFERED]))
    return Ask(AskChoice(by_every_name(named)), say("pay.from_which", choices=names))


def _quote(moment: Moment, slots: Slots, bill: Bill, account: Account) -> Answer:
    said = number_in(slots, "amount")
    amount = Money(said, bill.amount.currency) if said is not None else bill.outstanding
    try:
        quote = moment.shop.checkout.quote_bill(moment.customer, bill.id, account.id, amount, moment.device)
    except BillOverpaid:
        return Answer(says=(say("pay.too_much", payee=bill.payee, amount=bill.outstanding),))
    except InsufficientFunds:
        return Answer(says=(say("pay.not_enough", account=account.name, balance=account.balance, amount=amount),))
    filled = {**slots, "payee": bill.payee_key, "account": account.key, "amount": amount.amount}
    question = AskQuote(quote.id, quote.digest, Understood("PayBill", filled))
    values: dict[str, Value] = {"total": quote.total, "payee": bill.payee, "account": account.name}
    return Answer(ask=Ask(question, say("pay.quote", day=bill.due, **values), say("pay.quote_again", **values)))

"""CheckBalance, RecentTransactions, BillDue: a customer's accounts and bills. They change nothing."""

from __future__ import annotations

from commerce.accounts import Account, Bill
from skills.intents.answer import Answer, Slots
from skills.intents.moment import Moment
from skills.intents.slots import number_in, text_in
from skills.languages.saying import AllOf, Say, say

TOLD_TRANSACTIONS = 3
MOST_TRANSACTIONS = 10
TOLD_BILLS = 4


def check_balance(moment: Moment, slots: Slots) -> Answer:
    """The balance of one account, or of all."""
    accounts = moment.shop.accounts.list(moment.customer)
    named = text_in(slots, "account")
    told = [account for account in accounts if account.key == named] or accounts
    if not told:
        return Answer(says=(say("balance.no_account"),))
    if len(told) == 1:
        return Answer(says=(say("balance.one", balance=_balance(told[0])),))
    return Answer(says=(say("balance.several", balances=AllOf(tuple(_balance(account) for account in told))),))


def recent_transactions(moment: Moment, slots: Slots) -> Answer:
    """The newest movements of one account, or of all."""
    accounts = moment.shop.accounts.list(moment.customer)
    named = next((account for account in accounts if account.key == text_in(slots, "account")), None)
    count = min(number_in(slots, "count") or TOLD_TRANSACTIONS, MOST_TRANSACTIONS)
    found = moment.shop.accounts.transactions(moment.customer, named.id if named else None, count)
    if not found:
        return Answer(says=(say("transactions.none"),))
    told = [
        say(
            "transactions.out" if movement.amount.amount < 0 else "transactions.in",
            amount=-movement.amount if movement.amount.amount < 0 else movement.amount,
            merchant=movement.merchant,
            day=movement.at.date(),
        )
        for movement in found
    ]
    if named:
        return Answer(
            says=(say("transactions.of", account=named.name, count=len(told), transactions=AllOf(tuple(told))),)
        )
    return Answer(says=(say("transactions.all", count=len(told), transactions=AllOf(tuple(told))),))


def bill_due(moment: Moment, slots: Slots) -> Answer:
    """Which bills are due, of one payee or of all."""
    bills = moment.shop.accounts.bills(moment.customer)
    payee = text_in(slots, "payee")
    told = [bill for bill in bills if bill.payee_key == payee] if payee else list(bills)
    if not told and payee:
        return Answer(says=(say("bills.none_of", payee=payee_name(moment, payee)),))
    if not told:
        return Answer(says=(say("bills.none"),))
    says = [say("bills.due", count=len(told)), *(_due(moment, bill) for bill in told[:TOLD_BILLS])]
    if len(told) > TOLD_BILLS:
        says.append(say("bills.more", count=len(told) - TOLD_BILLS))
    return Answer(says=tuple(says))


def payee_name(moment: Moment, key: str) -> str:
    """A payee as the customer knows it."""
    payees = moment.shop.customers.get(moment.customer).payees
    return next((payee.name for payee in payees if payee.key == key), key)


def _balance(account: Account) -> Say:
    if account.balance.amount < 0:
        return say("balance.owed", account=account.name, amount=-account.balance)
    return say("balance.of", account=account.name, amount=account.balance)


def _due(moment: Moment, bill: Bill) -> Say:
    key = "bills.overdue_one" if bill.due < moment.now.date() else "bills.one"
    return say(key, payee=bill.payee, amount=bill.outstanding, day=bill.due)

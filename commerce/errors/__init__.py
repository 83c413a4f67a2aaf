"""What can go wrong in the shop. Every error carries data, has a code, and left nothing half done.

CommerceError
  MixedCurrencies
  StorageError
    DatabaseUnusable          can't be opened, is no database, or its schema is not ours
    DatabaseBusy              another writer held it for too long
    DatabaseConflict          other writers got in the way, several times over
    UnfitValue                too large a number, a text with a character that can't be kept
    UnsafeSqlite              this SQLite can corrupt a database in WAL mode
    BackupFailed
    RestoreRefused            a damaged backup, or one that would replace a shop
  NotFound
    UnknownShop
    UnknownCustomer
    UnknownProduct
    UnknownSku
    UnknownLine               no such line in the cart
    UnknownOrder              none of this number, or another customer's
    UnknownAccount
    UnknownBill
    UnknownPaymentMethod
  CustomerError
    CustomerExists
    InvalidCustomer
    StillServed               an order of the customer is under way
  CodeError
    NoCode                    the customer never set a voice code
    WrongCode
    CodeLocked
    InvalidCode               not four to eight digits
  CartError
    QuantityOutOfRange
    ShelfOutOfRange
    HoldOutOfRange
    InsufficientStock
    NothingToUndo
    OptionError
      UnknownOption
      UnknownAmount
      TooManyOptions
      OptionRequired
  InvalidShopFiles            an import that was refused as a whole
  ExportFailed                files that could not be written
  PurchaseError
    NothingToBuy              the cart is empty
    ItemWithdrawn             a line of the cart that the shop no longer sells like this
    SpendCapExceeded
    BuyingSwitchedOff         for this speaker
    SpeakerCapExceeded
    AmountOutOfRange          too large to be booked, or negative
    BillOverpaid
    QuoteNotLive              expired, replaced by a newer one, or the cart was changed
    DigestMismatch            "yes" to something else than what was read out
    CodeRequired
    IdempotencyConflict       the same key was used for something else
    InsufficientFunds
  IllegalTransition           an order can't become that from where it is
  AfterwardsError
    TooLate                   the order is too far on its way
    TooEarly                  nothing was sent that could be sent back
    ReturnPeriodOver
    UnitsExceeded             more units than are left
    StillToShip
    UnknownReturn
    RefundTooLarge
  UnknownAddress
  ReservationGone
  PromotionError
    CouponRefused             unknown, too early, over, or used up
    PromotionGone             somebody else had its last use
    PointsGone
    NoPoints
  EntryError                  somebody is not let in
    EmailTaken
    WrongPassword
    WeakPassword
    ResetGone
    TooManyTries
    GrantRefused              a code or token that can't be exchanged
    UnknownPairing
    UnknownSpeaker
  MessageError
    BadSignature
    StaleSignature            rightly signed, but too long ago
    InvalidQuietHours
    InvalidPhone
    NoPhone                   for text messages
    NoConsent                 to advertising
    UnknownToken
"""

from __future__ import annotations

from commerce.errors.afterwards import (
    AfterwardsError,
    RefundTooLarge,
    ReservationGone,
    ReturnPeriodOver,
    StillToShip,
    TooEarly,
    TooLate,
    UnitsExceeded,
    UnknownAddress,
    UnknownReturn,
)
from commerce.errors.basic import (
    CommerceError,
    MixedCurrencies,
)
from commerce.errors.carts import (
    CartError,
    HoldOutOfRange,
    InsufficientStock,
    NothingToUndo,
    OptionError,
    OptionRequired,
    QuantityOutOfRange,
    ShelfOutOfRange,
    TooManyOptions,
    UnknownAmount,
    UnknownOption,
)
from commerce.errors.codes import (
    CodeError,
    CodeLocked,
    InvalidCode,
    NoCode,
    WrongCode,
)
from commerce.errors.customers import (
    CustomerError,
    CustomerExists,
    InvalidCustomer,
    StillServed,
)
from commerce.errors.entering import (
    EmailTaken,
    EntryError,
    GrantRefused,
    ResetGone,
    TooManyTries,
    UnknownPairing,
    UnknownSpeaker,
    WeakPassword,
    WrongPassword,
)
from commerce.errors.files import (
    ExportFailed,
    InvalidShopFiles,
)
from commerce.errors.finding import (
    NotFound,
    UnknownAccount,
    UnknownBill,
    UnknownCustomer,
    UnknownLine,
    UnknownOrder,
    UnknownPaymentMethod,
    UnknownProduct,
    UnknownShop,
    UnknownSku,
)
from commerce.errors.messages import (
    BadSignature,
    InvalidPhone,
    InvalidQuietHours,
    MessageError,
    NoConsent,
    NoPhone,
    StaleSignature,
    UnknownToken,
)
from commerce.errors.promotions import (
    CouponRefused,
    NoPoints,
    PointsGone,
    PromotionError,
    PromotionGone,
)
from commerce.errors.purchases import (
    AmountOutOfRange,
    BillOverpaid,
    BuyingSwitchedOff,
    CodeRequired,
    DigestMismatch,
    IdempotencyConflict,
    IllegalTransition,
    InsufficientFunds,
    ItemWithdrawn,
    NothingToBuy,
    PurchaseError,
    QuoteNotLive,
    SpeakerCapExceeded,
    SpendCapExceeded,
)
from commerce.errors.storage import (
    BackupFailed,
    DatabaseBusy,
    DatabaseConflict,
    DatabaseUnusable,
    RestoreRefused,
    StorageError,
    UnfitValue,
    UnsafeSqlite,
)

__all__ = [
    "AfterwardsError",
    "AmountOutOfRange",
    "BackupFailed",
    "BadSignature",
    "BillOverpaid",
    "BuyingSwitchedOff",
    "CartError",
    "CodeError",
    "CodeLocked",
    "CodeRequired",
    "CommerceError",
    "CouponRefused",
    "CustomerError",
    "CustomerExists",
    "DatabaseBusy",
    "DatabaseConflict",
    "DatabaseUnusable",
    "DigestMismatch",
    "EmailTaken",
    "EntryError",
    "ExportFailed",
    "GrantRefused",
    "HoldOutOfRange",
    "IdempotencyConflict",
    "IllegalTransition",
    "InsufficientFunds",
    "InsufficientStock",
    "InvalidCode",
    "InvalidCustomer",
    "InvalidPhone",
    "InvalidQuietHours",
    "InvalidShopFiles",
    "ItemWithdrawn",
    "MessageError",
    "MixedCurrencies",
    "NoCode",
    "NoConsent",
    "NoPhone",
    "NoPoints",
    "NotFound",
    "NothingToBuy",
    "NothingToUndo",
    "OptionError",
    "OptionRequired",
    "PointsGone",
    "PromotionError",
    "PromotionGone",
    "PurchaseError",
    "QuantityOutOfRange",
    "QuoteNotLive",
    "RefundTooLarge",
    "ReservationGone",
    "ResetGone",
    "RestoreRefused",
    "ReturnPeriodOver",
    "ShelfOutOfRange",
    "SpeakerCapExceeded",
    "SpendCapExceeded",
    "StaleSignature",
    "StillServed",
    "StillToShip",
    "StorageError",
    "TooEarly",
    "TooLate",
    "TooManyOptions",
    "TooManyTries",
    "UnfitValue",
    "UnitsExceeded",
    "UnknownAccount",
    "UnknownAddress",
    "UnknownAmount",
    "UnknownBill",
    "UnknownCustomer",
    "UnknownLine",
    "UnknownOption",
    "UnknownOrder",
    "UnknownPairing",
    "UnknownPaymentMethod",
    "UnknownProduct",
    "UnknownReturn",
    "UnknownShop",
    "UnknownSku",
    "UnknownSpeaker",
    "UnknownToken",
    "UnsafeSqlite",
    "WeakPassword",
    "WrongCode",
    "WrongPassword",
]

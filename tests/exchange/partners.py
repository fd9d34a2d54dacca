"""Partner files of the scenarios: two customers who send X12, and an ERP with CSV."""

from __future__ import annotations

AMAZON = """\
description: Amazon
partner: {qualifier: ZZ, id: AMAZON}
own: {qualifier: ZZ, id: ACORNSUPPLY}
x12: {release: "004010", releases: {856: "005010"}, interchange_version: "00400"}
terms: {zone: America/Los_Angeles, currency: USD, vendor_code: ACRN1, vendor_item_id: upc}
channels:
  edi:
    folder: {in: inbound/amazon, out: outbound/amazon, whole: {by: rename}}
agreements:
  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi, to: [erp/orders]}
  acknowledgments: {direction: out, document: OrderAcknowledgment, format: x12, channel: edi}
  ship-notices: {direction: out, document: ShipNotice, format: x12, channel: edi}
  invoices: {direction: out, document: Invoice, format: x12, channel: edi}
"""
CORNER = """\
description: Corner shop
partner: {qualifier: ZZ, id: CORNER}
own: {qualifier: ZZ, id: ACORNSUPPLY}
x12: {release: "004010"}
terms: {zone: America/New_York, currency: USD, vendor_code: ACRN1, vendor_item_id: upc}
channels:
  edi:
    folder: {in: inbound/corner, out: outbound/corner, whole: {by: rename}}
agreements:
  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi, to: [depot/orders]}
"""
ERP = """\
description: ERP
channels:
  files:
    folder: {in: inbound/erp, out: outbound/erp, whole: {by: rename}, replies: {form: text}}
agreements:
  orders: {direction: out, document: PurchaseOrder, format: csv, channel: files}
  acknowledgments:
    {direction: in, document: OrderAcknowledgment, format: csv, channel: files, to: [amazon/acknowledgments]}
  ship-notices: {direction: in, document: ShipNotice, format: csv, channel: files, to: [amazon/ship-notices]}
  invoices: {direction: in, document: Invoice, format: csv, channel: files, to: [amazon/invoices]}
"""
DEPOT = """\
description: Depot, which takes the orders of the corner shop
channels:
  files:
    folder: {out: outbound/depot}
agreements:
  orders: {direction: out, document: PurchaseOrder, format: csv, channel: files}
"""
ALL = {"amazon": AMAZON, "corner": CORNER, "erp": ERP, "depot": DEPOT}


def amazon(duplicates: str = "", acknowledge: str = "", usage: str = "", x12: str = "") -> str:
    """The file of Amazon with terms of its orders, and the use of its channel, as a test wants them."""
    terms = [
        f"{name}: {{{text}}}"
        for name, text in (("duplicates", duplicates), ("acknowledge", acknowledge))
        if text
    ]
    made = AMAZON.replace("to: [erp/orders]}", ", ".join(("to: [erp/orders]", *terms)) + "}")
    if usage == "production":
        x12 = ", ".join(each for each in ("usage: P", x12) if each)
    if usage:
        made = made.replace("  edi:\n", f"  edi:\n    usage: {usage}\n")
    if x12:
        made = made.replace('interchange_version: "00400"}', f'interchange_version: "00400", {x12}}}')
    return made


def erp(usage: str = "", more: str = "") -> str:
    """The file of the ERP with the use of its channel, and terms of what it sends, as a test wants them."""
    made = ERP.replace("  files:\n", f"  files:\n    usage: {usage}\n") if usage else ERP
    return made.replace("direction: in,", f"direction: in, {more},") if more else made

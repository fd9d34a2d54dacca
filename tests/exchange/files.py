"""Files that partners drop: orders of a customer, what an ERP answers, and acknowledgments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


def order(number: str = "7XQ4RT2B", quantity: int = 12, day: str = "20261103") -> list[str]:
    """The segments of an 850 between ST and SE; with the day `20261332` it is faulty."""
    return [
        f"BEG*00*NE*{number}**{day}",
        "REF*CR*ACRN1",
        "FOB*CC",
        "CSH*Y",
        "DTM*064*20261109",
        "DTM*063*20261116",
        "N1*ST**92*PHX3",
        f"PO1*1*{quantity}*CA*42.5*PE*BP*B0ACRN0001",
        f"CTT*1*{quantity}",
    ]


FAULTY_DAY = "20261332"


@dataclass(frozen=True)
class Interchange:
    """One interchange with one group. `sets` are transaction sets as ST01 and their segments."""

    sets: Sequence[tuple[str, Sequence[str]]]
    number: int = 41
    sender: str = "AMAZON"
    receiver: str = "ACORNSUPPLY"
    group: str = "PO"
    usage: str = "T"
    asks: str = "0"
    version: str = "00401"
    release: str = "004010"
    group_number: int | None = None
    first_set: int = 1
    sets_told: int | None = None

    @property
    def data(self) -> bytes:
        """The bytes."""
        gs06 = self.number if self.group_number is None else self.group_number
        repetition = "U" if self.version < "00402" else "^"
        lines = [
            f"ISA*00*          *00*          *ZZ*{self.sender:15}*ZZ*{self.receiver:15}*261103*0915"
            f"*{repetition}*{self.version}*{self.number:09d}*{self.asks}*{self.usage}*>",
            f"GS*{self.group}*{self.sender}*{self.receiver}*20261103*0915*{gs06}*X*{self.release}",
        ]
        for place, (kind, body) in enumerate(self.sets, self.first_set):
            lines += [f"ST*{kind}*{place:04d}", *body, f"SE*{len(body) + 2}*{place:04d}"]
        told = len(self.sets) if self.sets_told is None else self.sets_told
        lines += [f"GE*{told}*{gs06}", f"IEA*1*{self.number:09d}"]
        return "".join(f"{line}~\n" for line in lines).encode()


def orders(*numbers: str, control: int = 41, sender: str = "AMAZON") -> bytes:
    """An interchange with an order of each number."""
    return Interchange([("850", order(each)) for each in numbers], control, sender).data


ACKNOWLEDGMENT_COLUMNS = (
    "order_number,acknowledgment_date,acknowledgment_type,sales_order_number,currency,vendor_code,"
    "line_number,ordered_quantity,ordered_unit,price,asin,vendor_sku,upc,status,quantity,unit,reason,change,ship_date\n"
)
SHIPMENT_COLUMNS = (
    "shipment_number,notice_time,notice_purpose,shipment_type,packing_structure,ship_date,estimated_delivery,"
    "scac,transport_mode,pro,bol,arn,freight_payment,vendor_code,ship_from_code,ship_from_name,ship_from_street,"
    "ship_from_city,ship_from_region,ship_from_postal_code,ship_from_country,ship_to_code,carton_count,"
    "gross_weight,gross_weight_unit,order_number,order_date,order_line_number,quantity,unit,asin,upc,lot,expiry,"
    "carton_number,sscc,carton_weight,carton_weight_unit\n"
)
INVOICE_COLUMNS = (
    "invoice_type,invoice_number,invoice_date,order_number,order_date,currency,vendor_code,remit_to_code,"
    "remit_to_name,remit_to_street,remit_to_city,remit_to_region,remit_to_postal_code,remit_to_country,"
    "ship_to_code,terms_type,"
    "terms_discount_percent,terms_discount_days,terms_net_days,ship_date,scac,bol,line_number,"
    "quantity,unit,price,asin,upc,description,freight_amount,invoice_total\n"
)


def acknowledgment(number: str = "7XQ4RT2B", quantity: int = 12) -> bytes:
    """What the ERP drops to say that it takes an order."""
    line = f"{number},2026-11-04,accepted,SO-{number},USD,ACRN1,1,{quantity},CA,42.50,B0ACRN0001,ACS-100,,"
    return (ACKNOWLEDGMENT_COLUMNS + f"{line}accepted,{quantity},CA,,,2026-11-09\n").encode()


def ship_notice(number: str = "7XQ4RT2B", quantity: int = 12) -> bytes:
    """What the ERP drops when an order leaves the house, in one carton."""
    line = (
        f"SH-{number},2026-11-09T15:30:00-08:00,original,less_than_truckload,pick_and_pack,2026-11-09,"
        "2026-11-12,OAKF,road,448120967,ACRN20871009,91870034,collect,ACRN1,ACRNRNO,Acorn Supply,"
        f"1200 Oak Ridge Way,Reno,NV,89502,US,PHX3,1,186,LB,{number},2026-11-03,1,{quantity},CA,"
        "B0ACRN0001,,L26-1014,2027-10-31,1,"
        "006141412087100012,98,LB\n"
    )
    return (SHIPMENT_COLUMNS + line).encode()


def invoice(number: str = "7XQ4RT2B", quantity: int = 12) -> bytes:
    """What the ERP drops to be paid for an order."""
    total = Decimal("42.50") * quantity
    line = (
        f"invoice,INV-{number},2026-11-09,{number},2026-11-03,USD,ACRN1,ACRN1,Acorn Supply,PO Box 4410,Reno,"
        "NV,89505,US,PHX3,basic,2,30,60,2026-11-09,OAKF,ACRN20871009,1,"
        f'{quantity},CA,42.50,B0ACRN0001,,"Trail mix, 12 bags",,{total}\n'
    )
    return (INVOICE_COLUMNS + line).encode()


class Sent:
    """An interchange that we sent, as its receiver reads it to acknowledge it."""

    def __init__(self, data: bytes) -> None:
        self.segments = [line.split("*") for line in data.decode().replace("\n", "").split("~") if line]
        self.isa = self.segments[0]
        self.gs = self.one("GS")
        self.sets = [(each[1], each[2]) for each in self.segments if each[0] == "ST"]

    def one(self, tag: str) -> list[str]:
        """The first segment of a tag."""
        return next(each for each in self.segments if each[0] == tag)

    @property
    def number(self) -> int:
        """ISA13."""
        return int(self.isa[13])

    def functional(self, verdict: str = "A", control: int = 900, *, group: str | None = None) -> bytes:
        """The 997 for all of its sets: A, E or R; `group` is another number than its own."""
        body = [f"AK1*{self.gs[1]}*{group or self.gs[6]}"]
        for st01, st02 in self.sets:
            body += [f"AK2*{st01}*{st02}", f"AK5*{verdict}" + ("*5" if verdict == "R" else "")]
        taken = 0 if verdict == "R" else len(self.sets)
        body.append(f"AK9*{verdict}*{len(self.sets)}*{len(self.sets)}*{taken}")
        return Interchange([("997", body)], control, self.isa[8].strip(), group="FA").data

    def interchange_answer(self, verdict: str = "A", control: int = 950) -> bytes:
        """The TA1 for it: A, or R."""
        code = "000" if verdict == "A" else "024"
        sender, receiver = self.isa[8], self.isa[6]
        return (
            f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*{receiver:15}*261103*0915"
            f"*U*00401*{control:09d}*0*T*>~TA1*{self.isa[13]}*{self.isa[9]}*{self.isa[10]}*{verdict}*{code}~IEA*0*{control:09d}~"
        ).encode()

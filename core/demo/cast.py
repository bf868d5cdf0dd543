"""Who is in the demo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Desk:
    """One of the two tenants."""

    slug: str
    name: str
    locale: str
    time_zone: str
    seed: int


DESKS = (
    Desk("aurora", "Aurora Electronics 极光电子", "en", "Europe/Berlin", 7),
    Desk("aurora-asia", "Aurora Electronics Asia 极光电子（亚洲）", "zh-Hans", "Asia/Shanghai", 11),
)

FOUNDER = "Frida Lindholm"

STAFF = (
    ("admin", "Mei Tanaka", ()),
    ("admin", "陈思远", ()),
    ("inspector", "Ines Kowalska", ()),
    ("leader", "Liam O'Connor", ("first-line",)),
    ("leader", "王丽华", ("orders",)),
    ("leader", "Sofia Rossi", ("repairs",)),
    ("agent", "Anna Schmidt", ("first-line", "orders")),
    ("agent", "李明", ("first-line",)),
    ("agent", "Noah Müller", ("first-line", "repairs")),
    ("agent", "张静怡", ("orders",)),
    ("agent", "Grace Okafor", ("orders", "repairs")),
    ("agent", "刘洋", ("repairs",)),
    ("agent", "Tomás Silva", ("repairs",)),
    ("agent", "赵一鸣", ("first-line", "orders")),
)
"""Role, name, groups. The founder comes with the tenant."""

GROUPS = (
    ("first-line", "First line 一线支持", "Answers whatever comes in, passes on what needs more."),
    ("orders", "Orders & billing 订单与账单", "Orders, invoices, refunds, deliveries."),
    ("repairs", "Repairs 维修", "Hardware faults, warranty, spare parts."),
)

ORGANIZATIONS = (
    ("Bluewave Logistics", "bluewave.example", True, None),
    ("华晨精密制造", "huachen.example", True, "repairs"),
    ("Nordlicht Apotheken", "nordlicht.example", False, None),
    ("星海教育集团", "xinghai.example", True, "orders"),
    ("Cedar & Pine Hotels", "cedarpine.example", True, None),
    ("东方物流有限公司", "dongfang.example", False, None),
    ("Atlas Engineering", "atlas-eng.example", True, "repairs"),
    ("例子科技", "例子.测试", True, None),
)
"""Name, e-mail domain, whether its people see each other's tickets, group its tickets go to."""

CUSTOMERS = (
    "Olivia Brown", "张伟", "Ethan Clark", "王芳", "Hannah Fischer", "李娜", "Lucas Martin", "刘强", "Emma Wilson",
    "陈静", "Jakob Weber", "杨帆", "Chloe Dubois", "黄磊", "Mateo García", "周婷", "Priya Sharma", "吴昊", "Yuki Sato",
    "徐丽", "Daniel Novak", "孙悦", "Amelia Jones", "马超", "Leon Schulz", "朱琳", "Fatima Haddad", "胡军", "Ivy Chen",
    "郭敏", "Oscar Lindqvist", "何雪", "Zoe Papadopoulos", "高翔", "Samuel Mensah", "林志强", "Nora Hansen", "罗文",
    "Victor Popescu", "梁慧",
)  # fmt: skip

"""What the demo's tickets are about. `{…}` is filled with an order number, a product or a place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of conversation: lines alternate between customer and agent, beginning with the customer's answer
    to the first reply."""

    group: str
    category: str
    nature: str
    tags: tuple[str, ...]
    title: str
    opening: str
    lines: tuple[str, ...]
    note: str = ""


ENGLISH = (
    Story("orders", "delivery", "question", ("delivery",), "Where is order {order}?",
        "Hello,\n\nI ordered a {product} on Monday (order {order}) and the tracking page has not moved since. Could you tell me where the parcel is?",
        ("Hi, I looked it up: the parcel is held at the depot in {city} because the house number is missing. Could you send it to me?",
         "It's number 14, sorry about that. Thanks for the quick answer!",
         "Thank you. I passed it on to the carrier; the parcel is on its way again and should arrive tomorrow."),
        "Carrier confirmed by phone, case 88-{order}."),
    Story("orders", "billing", "task", ("invoice", "vat"), "Invoice {order} shows the wrong VAT number",
        "The invoice for order {order} has our old VAT number on it. Our accountants can't book it like this. Please send a corrected one.",
        ("I corrected the number and attached nothing yet: is the billing address still the one in {city}?",
         "Yes, the address is right.",
         "The corrected invoice was sent to your accounting address a minute ago."),),
    Story("repairs", "hardware", "incident", ("warranty",), "{product} does not switch on any more",
        "Since this morning our {product} stays dark. Different cable, different socket, no change. It is eight months old.",
        ("I'm sorry to hear that. Please hold the power key for 20 seconds with the cable plugged in, and tell me whether the light blinks.",
         "It blinks orange three times and then nothing.",
         "Three times orange is the power board, and it is under warranty. A box for the return is on its way to {city}."),
        "Third power board of this series this week; tell engineering."),
    Story("repairs", "hardware", "problem", ("firmware",), "{product} restarts during long print runs",
        "After about 200 pages the {product} restarts by itself. The log says E-0417.",
        ("E-0417 is fixed in firmware 5.2. Could you update it from the menu and try a long run again?",
         "Updated. 600 pages without a restart, looks good.",
         "Great, I'm closing this then. Write back any time if it returns."),),
    Story("first-line", "account", "question", ("login",), "Can't log in after changing my e-mail",
        "I changed my e-mail address in the profile yesterday and now neither the old nor the new one works.",
        ("The change has to be confirmed by the mail we sent to the new address. Could you look in the spam folder?",
         "Found it, it works now. Maybe mention that on the page?",
         "Good idea, I passed that on. Have a nice day!"),),
    Story("orders", "refund", "task", ("refund", "vip"), "Refund for cancelled order {order}",
        "We cancelled order {order} two weeks ago and the money is not back yet.",
        ("I see the cancellation. The refund was stopped because the card has expired; which account may we use instead?",
         "Please use the account in {city} that you have on file.",
         "Done, the bank needs two working days."),
        "Refund above 500, approved by the group lead."),
    Story("first-line", "feedback", "question", ("feature",), "Could the app remember my filters?",
        "Every time I open the device list in the app I have to set the same three filters again. Could it remember them?",
        ("Thank you for the suggestion! I added your vote to the request; it is planned for the next quarter.",),),
)  # fmt: skip

CHINESE = (
    Story("orders", "delivery", "question", ("delivery",), "订单 {order} 一直没有物流更新",
        "您好，我上周下单的{product}（订单号 {order}）物流信息三天没有更新了，麻烦帮忙查一下包裹到哪里了。",
        ("您好，已为您查询：包裹因地址缺少门牌号暂存在{city}分拨中心，请您补充一下门牌号。",
         "是 14 号楼 302，谢谢你们这么快回复！",
         "好的，已通知快递重新派送，预计明天送达。"),
        "已电话联系承运商，工单号 88-{order}。"),
    Story("orders", "billing", "task", ("invoice", "vat"), "发票抬头开错，需要重开",
        "订单 {order} 的发票抬头写成了旧公司名称，财务无法入账，请重新开具。",
        ("您好，重开发票需要原发票作废，请确认税号是否仍为贵司在{city}登记的税号？", "税号没变。", "新发票已开具并发送到贵司财务邮箱，请查收。"),),
    Story("repairs", "hardware", "incident", ("warranty",), "{product}无法开机",
        "今天早上开始{product}完全没有反应，换了电源线和插座都不行。购买八个月。",
        ("非常抱歉给您带来不便。请接上电源后长按电源键 20 秒，看看指示灯是否闪烁。", "橙灯闪三下就没反应了。", "橙灯三闪是电源板故障，在保修期内，返修箱已寄往{city}。"),
        "本周该批次第三块电源板，请反馈给研发。"),
    Story("repairs", "hardware", "problem", ("firmware",), "{product}打印机卡纸，提示 E-0417",
        "连续打印大约两百页以后就会卡纸重启，日志里是 E-0417。",
        ("E-0417 已在固件 5.2 中修复，麻烦在菜单里升级后再试一次。", "升级了，打了六百页都正常。", "太好了，那我先关闭工单，有问题随时回复。"),),
    Story("first-line", "account", "question", ("login",), "修改邮箱后无法登录",
        "昨天在个人资料里改了邮箱，现在新旧邮箱都登录不上。",
        ("新邮箱需要点击确认邮件里的链接，请看看是否在垃圾邮件里？", "找到了，可以登录了，谢谢。", "不客气，祝您生活愉快！"),),
    Story("orders", "refund", "task", ("refund", "vip"), "订单 {order} 取消后未退款",
        "两周前取消了订单 {order}，退款到现在还没有到账。",
        ("您好，原支付卡已过期导致退款失败，请问可以退到哪个账户？", "退到{city}那个对公账户就行。", "已提交，银行处理需要两个工作日。"),
        "退款超过 500，组长已批准。"),
    Story("first-line", "feedback", "question", ("feature",), "希望 App 能记住筛选条件",
        "每次打开设备列表都要重新选三个筛选条件，能不能记住上次的选择？",
        ("感谢您的建议！已登记到需求列表，计划下个季度上线。",),),
)  # fmt: skip

PRODUCTS = (
    "LaserJet A3",
    "Aurora 27 monitor",
    "NAS-8",
    "Router X2",
    "极光投影仪",
    "标签打印机",
    "Docking station",
)
CITIES = ("Hamburg", "Lyon", "上海", "深圳", "Kraków", "成都", "Porto")
CATEGORIES = {
    "delivery": ("Delivery", "物流"), "billing": ("Billing", "账单"), "hardware": ("Hardware", "硬件"),
    "account": ("Account", "账户"), "refund": ("Refund", "退款"), "feedback": ("Feedback", "建议"),
}  # fmt: skip
TYPES = {"support": ("Support", "技术支持"), "sales": ("Order handling", "订单处理")}
TAGS = {
    "delivery": "#2f6fde", "invoice": "#7a5cc7", "vat": "#7a5cc7", "warranty": "#2e9e4f", "firmware": "#0b8a8a",
    "login": "#8a6d0b", "refund": "#d6322d", "vip": "#e0a800", "feature": "#5b6470",
}  # fmt: skip

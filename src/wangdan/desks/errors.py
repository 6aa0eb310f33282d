"""What people read for every refusal: code → text, in sections by module. `{name}` takes a value of the refusal's detail."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, Any] = {
    # ---- kernel ----
    "kernel.cursor_malformed": _("翻页的位置看不懂，请从头打开列表"),
    "kernel.json_malformed": _("内容不是正确的 JSON"),
    "kernel.key_malformed": _("幂等键要填 1 到 {longest} 个可见字符"),
    "kernel.signature_missing": _("缺少签名"),
    "kernel.signature_stale": _("签名已过期"),
    "kernel.signature_wrong": _("签名不对"),
    "kernel.problem": _("出了点问题，请再试一次"),
    "kernel.refused": _("现在不能这样做"),
    "kernel.not_seen": _("没有您能看到的这一项"),
    "kernel.not_granted": _("这一步不是您的岗位做的"),
    "kernel.malformed": _("填的内容看不懂，请检查"),
    "kernel.unauthenticated": _("请先登录"),
    "kernel.too_many": _("太频繁了，请稍后再试"),
    "kernel.key_reused": _("这张表单已经提交过，请打开新的一页再试"),
    "kernel.option_out_of_range": _("超出范围：{low} 到 {high}"),
    "kernel.option_wrong_type": _("这个设置要填 {wanted}"),
    # ---- accounts ----
    "accounts.addresses_full": _("地址最多存 {most} 个，请先删一个"),
    "accounts.cannot_disable": _("不能停用自己的账号"),
    "accounts.division_unknown": _("没有这个省市区，请重新选"),
    "accounts.email_malformed": _("邮箱的格式不对"),
    "accounts.kind_unknown": _("没有这一种"),
    "accounts.language_unknown": _("没有这种语言"),
    "accounts.name_malformed": _("用户名用 3 到 40 个字母、数字或汉字"),
    "accounts.name_missing": _("请填用户名或手机号"),
    "accounts.name_taken": _("这个用户名已经有人用了"),
    "accounts.organisation_exists": _("已经有这个名字的机构"),
    "accounts.password_common": _("这个密码太常见，容易被猜到"),
    "accounts.password_like_name": _("密码不能和用户名、手机号相近"),
    "accounts.password_long": _("密码太长了"),
    "accounts.password_malformed": _("密码里有不能用的字符"),
    "accounts.password_short": _("密码至少 8 个字符"),
    "accounts.phone_malformed": _("请填 11 位手机号"),
    "accounts.phone_taken": _("这个手机号已经有账号"),
    "accounts.purpose_unknown": _("没有这种验证码"),
    "accounts.role_unknown": _("没有这个岗位"),
    "accounts.secret_missing": _("请填密码或验证码"),
    "accounts.terms_not_accepted": _("请先阅读并同意用户协议和隐私政策"),
    "accounts.text_malformed": _("文字里有不能用的字符，或者太长"),
    "accounts.text_missing": _("还有没填的地方"),
    "accounts.too_many": _("试得太频繁，请稍后再试"),
    "accounts.version_taken": _("这个版本已经发布过"),
    # ---- files ----
    "files.not_a_picture": _("这不是能识别的图片"),
    "files.too_large": _("文件太大了"),
    "files.too_many": _("上传的文件太多了"),
    "files.too_small": _("图片太小了"),
    # ---- tasks ----
    "tasks.cannot_claim": _("这件事已经有人在做"),
    "tasks.cannot_finish": _("这件事已经办完，或者不在您手上"),
    "tasks.cannot_hand_over": _("这件事现在不能转交"),
    "tasks.outcome_long": _("处理结果太长了"),
    # ---- ledger ----
    # ---- catalogue ----
    "catalogue.cannot_archive": _("在售的商品要先下架"),
    "catalogue.cannot_edit": _("已归档的商品不能再改"),
    "catalogue.cannot_put_on_sale": _("这个商品现在不能上架"),
    "catalogue.cannot_take_off_sale": _("只有在售的商品能下架"),
    "catalogue.category_malformed": _("分类的名字或网址名不对"),
    "catalogue.category_too_deep": _("分类最多两级"),
    "catalogue.draft_incomplete": _("商品资料还不完整，请检查标出的地方"),
    "catalogue.no_such_category": _("没有这个分类"),
    "catalogue.nothing_to_sell": _("至少要有一个可售的规格"),
    "catalogue.price_not_positive": _("价格要大于零"),
    "catalogue.too_many_pictures": _("每件商品最多 {most} 张图片"),
    # ---- delivery ----
    "delivery.carrier_malformed": _("快递公司的规则不完整"),
    "delivery.carrier_unfit": _("这家快递送不到，请换一家"),
    "delivery.freight_malformed": _("运费的金额或省份不对"),
    "delivery.no_carrier": _("没有快递能送到这个地址"),
    # ---- promotions ----
    # ---- inventory ----
    "inventory.cannot_adjust": _("调整后不能少于零"),
    "inventory.cannot_consume": _("留给这张订单的货不够，请先盘点"),
    "inventory.cannot_hold": _("库存不够了"),
    "inventory.note_missing": _("请写明原因"),
    "inventory.nothing_wanted": _("没有要留的货"),
    "inventory.pieces_malformed": _("件数或货位不对"),
    # ---- payments ----
    "payments.amount_malformed": _("金额要填大于零的整数，单位是分"),
    "payments.cannot_refund": _("最多还能退 {left} 分"),
    "payments.transfer_known": _("这笔银行流水已经认过，或者没有填"),
    "payments.transfer_differs": _("到账金额与应付不符，应付 {due} 分"),
    "payments.cannot_capture": _("这次付款已经到账"),
    "payments.cannot_fail": _("这次付款已经有结果"),
    "payments.cannot_close": _("这次付款已经有结果"),
    "payments.cannot_settle_refund": _("这笔退款已经有结果"),
    "payments.cannot_doubt_refund": _("这笔退款已经有结果"),
    "payments.cannot_fail_refund": _("这笔退款已经有结果"),
    "payments.cannot_retry_refund": _("只有失败的退款可以重试"),
    # ---- fulfilment ----
    "fulfilment.cannot_pick": _("这个包裹不在待拣货"),
    "fulfilment.cannot_inspect": _("这个包裹不在待验货"),
    "fulfilment.cannot_pack": _("这个包裹不在待打包"),
    "fulfilment.cannot_hand_over": _("打包好的包裹才能交接"),
    "fulfilment.cannot_deliver": _("这个包裹不在路上"),
    "fulfilment.cannot_collect": _("这个包裹现在不能取"),
    "fulfilment.cannot_refuse": _("这个包裹不在路上"),
    "fulfilment.cannot_lose": _("这个包裹不在路上"),
    "fulfilment.cannot_take_back": _("只有拒收或丢失的包裹可以收回"),
    "fulfilment.cannot_call_off": _("包裹 {parcel} 已经交给快递，不能取消"),
    "fulfilment.cannot_readdress": _("包裹 {parcel} 已经约了快递，不能改地址"),
    "fulfilment.carrier_settled": _("已经约好快递 {carrier}，不能再换"),
    "fulfilment.waybill_missing": _("还没有运单号，不能交接"),
    "fulfilment.carrier_silent": _("快递公司没有回应，请稍后再试"),
    "fulfilment.code_wrong": _("取货码不对"),
    "fulfilment.waybill_taken": _("这个运单号已经用过"),
    "fulfilment.too_many_pieces": _("件数超过了这个包裹要装的"),
    # ---- orders ----
    "orders.cannot_pay": _("这个订单不在待付款"),
    "orders.cannot_accept": _("只有待接单的订单可以接单"),
    "orders.cannot_decline": _("只有待接单的订单可以拒单"),
    "orders.cannot_ship_part": _("这个订单现在不能发货"),
    "orders.cannot_ship": _("这个订单现在不能发货"),
    "orders.cannot_deliver": _("这个订单不在路上"),
    "orders.cannot_confirm_receipt": _("发货之后才能确认收货"),
    "orders.cannot_cancel": _("订单已经发出或已结束，不能取消"),
    "orders.cannot_expire": _("订单还没到付款期限，或者已经付款"),
    "orders.cannot_return_to_sender": _("这个订单不在路上，不能退回"),
    "orders.cannot_end": _("这个订单现在不能关闭"),
    "orders.cannot_change_address": _("发货之后、自提或已结束的订单不能改地址"),
    "orders.address_costs_more": _("新地址的运费更高，请取消后重新下单"),
    "orders.stock_missing": _("库存核对不符，有商品不够，不能接单"),
    "orders.cash_missing": _("货款还没有到账，不能确认收货"),
    "orders.reason_missing": _("请写明原因"),
    "orders.reason_long": _("原因最多 {longest} 个字"),
    "orders.time_malformed": _("时间写成 2026-11-24 或 2026-11-24T08:00:00Z"),
    # ---- checkout ----
    "checkout.nothing_chosen": _("还没有选要买的商品"),
    "checkout.too_many_lines": _("一次最多买 {high} 种商品"),
    "checkout.too_many_pieces": _("每种商品一次最多 {high} 件"),
    "checkout.quantity_malformed": _("数量要填 1 到 {high} 的整数"),
    "checkout.id_malformed": _("商品或地址的编号不对"),
    "checkout.total_malformed": _("金额要填整数，单位是分"),
    "checkout.delivery_unknown": _("没有这种配送方式"),
    "checkout.payment_method_unknown": _("请选择支付方式"),
    "checkout.note_long": _("留言最多 {longest} 个字"),
    "checkout.not_for_sale": _("有商品已下架，请从清单里去掉"),
    "checkout.no_pickup_point": _("附近没有自提点，请改用快递"),
    "checkout.cash_limit": _("货到付款每单最多 {limit_yuan} 元，请换一种支付方式"),
    "checkout.cash_region": _("这个地区不支持货到付款"),
    "checkout.cash_pickup": _("自提不能货到付款"),
    "checkout.total_changed": _("总价变了，请看过新的金额再提交"),
    "checkout.coupon_unavailable": _("现在还不能用优惠券"),
    "checkout.points_unavailable": _("现在还不能用积分"),
    "checkout.slot_unavailable": _("现在还不能选送货时段"),
    "checkout.secret_malformed": _("购物车的凭据不对，请刷新页面"),
    "checkout.cart_full": _("购物车最多放 {high} 种商品"),
    "checkout.other_product": _("只能换成同一商品的其他规格"),
    # ---- notices ----
}
"""Every code that is raised has a row here; a test compares."""


class _Known(dict[str, Any]):
    """A missing value of the detail reads as nothing instead of failing."""

    def __missing__(self, key: str) -> str:
        return ""


def text(code: str, detail: dict[str, Any] | None = None) -> str:
    """The text of a refusal in the present language; an unknown code reads as the general refusal."""
    found = TEXTS.get(code) or TEXTS["kernel.refused"]
    return str(found).format_map(_Known(detail or {}))

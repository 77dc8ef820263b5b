### The page of an incident, the list of incidents, and notices

cf-all = 全部
cf-all-departments = 全部部门
cf-answer = 答复
# $answer (String)
cf-answered = 答复：{ $answer }
cf-as-set = 由领导限定
cf-assign = 指派
cf-assign-hint = 指派不等于签收：由被指派人签收。
cf-assign-to = 交给
cf-attach = 添加附件
cf-back = 回到事件
# $n (String)
cf-blocked = 现在不能结案，尚有 { $n } 项：
cf-called = 已联系
cf-called-at = 通话时间
cf-cause = 原因
cf-check-in = 例行报告
cf-check-in-by = 下次例行报告
cf-child = 由本事件引起
cf-clause = 条款
cf-closable = 可以结案，由有权结案的人办理。
cf-close = 结案
cf-closing = 结案
cf-comment = 补充意见
cf-complete = 办结
cf-conditions = 情形与恢复
# $level (String)
cf-confirm = 确认级别：{ $level }
# $who (String)
# $time (String)
cf-confirmed-by = { $who } { $time } 确认
cf-contact = 记外部联系
cf-contacts = 外部联系
cf-correct = 更正
cf-correct-hint = 原文保留并划去，更正写在下面。
cf-correct-text = 应为
# $time (String)
# $who (String)
cf-corrected-by = { $time } 更正 · { $who }
cf-daily-clock = 每日定时
cf-day-end = 当日内
# $n (String)
cf-day-end-later = { $n } 日内，至当日结束
cf-despite = 关联事件未结案，仍然结案（组长）
cf-done-by = 办结时限
# $time (String)
cf-due-at = { $time } 到期
cf-earlier = 此前建议
cf-elapsed = 已历时
# $who (String)
# $time (String)
cf-ended = { $who } · { $time }
# $who (String)
# $time (String)
cf-ended-in-time = { $who } · { $time } · 时限内
# $who (String)
# $time (String)
# $span (String)
cf-ended-late = { $who } · { $time } · 晚 { $span }
# $time (String)
cf-entered-at = { $time } 记入
cf-entry-kind = 种类
cf-estimate = 预计办结时间
cf-evidence = 凭证
cf-evidence-hint = 编号、人员、时间等
# $name (String)
cf-evidence-words = { $name }：说明
cf-fig-customers = 在册客户
cf-fig-expected-back = 预计恢复
cf-fig-near-whole = 接近全区
cf-fig-regions = 全部区域
cf-fig-regions-affected = 受影响区域
cf-fig-share = 占比
cf-fig-unsupplied = 无法供货客户
cf-fig-ups-low = UPS 电量不足
cf-file = 照片或文件
# $n (String)
cf-file-count = 每个事件至多 { $n } 个附件
cf-file-hint = JPEG、PNG、WebP、HEIC、PDF、Office 文档、TXT；单个不超过 10 MB，每个事件至多 20 个
cf-file-incident = 整个事件
cf-file-size = 不超过 10 MB 的文件
cf-file-task = 所属任务
cf-file-types = 照片（JPEG、PNG、WebP、HEIC）、PDF、Office 文档或 TXT 文件
cf-files = 附件
cf-filter = 筛选
cf-given = 已提供
# $who (String)
cf-given-to = 交给{ $who }
cf-help = 配合
cf-help-answer = 答复配合
cf-help-answered = 已配合
cf-help-asked = 待签收
# $time (String)
cf-help-by = { $time } 前签收
cf-help-done = 已配合
cf-help-refuse = 不能配合
cf-help-refused = 不能配合
cf-help-sign = 签收配合
cf-help-signed = 已签收
cf-help-text = 结果，或不能配合的理由
# $days (String)
# $name (String)
cf-holiday = { $days }为{ $name }
# $n (String)
cf-hours = { $n } 小时
cf-incident-closed = 已结案
cf-incident-merged = 已并入
cf-incident-open = 处置中
cf-incident-unsigned = 有任务待签收
cf-keep = 新级别没有、仍要保留的任务
cf-kind = 类别
# $span (String)
cf-late-by = 晚 { $span }
cf-late-sent = 补发
# $span (String)
cf-left = 还剩 { $span }
cf-level = 级别
cf-limits = 时限
cf-line-caption = 已发生的，以及无人处置时将发生的
cf-link = 关联事件
cf-link-same-matter = 同一事情，类别不同
cf-links = 关联事件
cf-log = 记入
cf-member-rule = 本部门成员
cf-merge = 并入其他事件
cf-merge-hint = 两份报告都保留；任务不重复。24 小时内可以撤销。
cf-merge-number = 并入的事件编号
cf-merge-sure = 确认是同一事件
cf-merged-into = 已并入
# $n (String)
cf-minutes = { $n } 分钟
cf-more = 更早的事件
cf-move = 改派
cf-move-hint = 时限不重新起算。
cf-next-limit = 最近时限
cf-no = 否
cf-no-contacts = 还没有外部联系。
cf-no-evidence = 本任务不需要凭证。
cf-no-files = 没有附件。
cf-no-links = 没有关联事件。
cf-none-found = 没有符合条件的事件。
cf-not-arisen = 情形未出现
cf-not-called = 尚未联系
cf-not-yet = 尚未
cf-now = 现在。以下为无人处置时将发生的：
cf-now-nothing = 现在。没有等待发生的事项。
cf-number = 事件编号
cf-officer = 主管领导
cf-on-behalf = 代报人
cf-order = 序
cf-order-cutoff = 订货截止前
# $span (String)
cf-over = 逾期 { $span }
cf-paper-note = A4 纵向，黑白可读；打印已记入导出记录
cf-paper-title = 客户服务应急事件档案
cf-parent = 本事件的起因
cf-party = 单位
# $time (String)
cf-paused-until = 暂停计时，{ $time } 继续
cf-phone = 电话
cf-planned = 预案
cf-print = 打印
# $time (String)
# $who (String)
cf-printed = 打印 { $time } · { $who }
cf-progress = 记进展
cf-progress-text = 做了什么，现在怎样
cf-promised = 承诺时间
cf-reason = 理由
cf-received = 报告时间
cf-reclassify = 重新定级
cf-reclassify-hint = 两级共有的任务继续计时；改变级别须说明理由。
cf-recover = 登记恢复
cf-recovered = 恢复
cf-recovered-at = 恢复时间
# $n (String)
cf-recurring = 每 { $n } 分钟
cf-reference = 报告编号
cf-region = 区域
cf-reopen = 重新打开
cf-reporter = 报告人
cf-reports = 报告
cf-restored-at = 恢复时间
cf-result = 处置结果
cf-return = 退回
cf-return-hint = 退回后由主管领导改派，时限不重新起算。
cf-return-member-hint = 退回本部门负责人，时限不重新起算。
# $time (String)
# $reason (String)
cf-returned = { $time } 退回，等待改派：{ $reason }
cf-rule = 定级依据
cf-scope = 范围
cf-scope-part = 部分区域
cf-scope-whole = 全区
cf-search = 编号或内容
# $time (String)
cf-sent-at = { $time } 补发
cf-set-false = 改为不成立
cf-set-true = 改为成立
cf-side = 该事件是
cf-side-child = 本事件引起的
cf-side-parent = 本事件的起因
cf-side-rule = 按先后判定
cf-sign = 签收
cf-sign-by = 签收时限
cf-sign-estimate = 签收并注明预计时间
cf-sign-inspection = 督察考评中心签字
cf-sign-officer = 主管领导签字
# $time (String)
cf-signed-at = { $time } 签收
cf-state = 状态
cf-task-cancelled = 已撤销
cf-task-done = 已办结
cf-task-not-arisen = 情形未出现
cf-task-open = 待签收
cf-task-paused = 暂停计时
cf-task-signed = 已签收
cf-tasks = 任务
cf-this-incident = 本事件
cf-threshold = 判定数值
cf-time = 时间
cf-timeline = 时间线
cf-to-confirm = 待定级
# $day (String)
cf-today = { $day } · 今天
cf-told-at = 来电时间
cf-undo-merge = 撤销并入
cf-unknown = 未知
cf-updated = 最后更新
cf-ups = UPS 供电
# $minutes (String)
cf-ups-note = 按 { $minutes } 分钟计。预案原文写作“56 小时”，应为“5—6 小时”。
# $since (String)
# $until (String)
cf-ups-since = { $since } 停电，{ $until } 耗尽
# $percent (String)
cf-used = 时限已用 { $percent }%
cf-vacant = 原岗位空缺，由上级代行
# $n (String)
cf-waiting = 未到时机的任务（{ $n }）
# $list (String)
cf-waits-after = 先办结：{ $list }
cf-waits-close = 结案后
# $condition (String)
cf-waits-condition = 情形成立时：{ $condition }
cf-waits-recovery = 恢复后
# $days (String)
cf-weekend = { $days }为周末
cf-what = 事项
cf-whole-city = 全市
cf-why-major = 重大事件，日夜计时。
# $allowance (String)
# $list (String)
cf-why-skipped = { $allowance }，只计工作时间。{ $list }，不计时。
# $allowance (String)
cf-why-working = { $allowance }，只计工作时间。
cf-will-happen = 将发生
# $words (String)
cf-words = “{ $words }”
# $words (String)
# $taken (String)
cf-words-taken = “{ $words }”，按{ $taken }计
# $n (String)
cf-working-days = { $n } 个工作日
# $n (String)
cf-working-hours = { $n } 个工作小时
# $n (String)
cf-working-minutes = { $n } 个工作分钟
cf-yes = 是
nt-fresh = 未看
nt-intro = 谁看过、何时看过，都留有记录。
nt-none = 没有通知。
nt-see = 标为已看
nt-see-all = 全部标为已看
# $list (String)
nt-seen-by = 看过：{ $list }
# $to (String)
nt-to = 告知{ $to }
nt-unseen = 无人看过

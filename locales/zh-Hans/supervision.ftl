### The check log of the leadership

ck-title = 检查记录
ck-intro = 领导小组检查了什么、发现什么、督促什么；旁列逾期事项。
ck-note = 记录一次检查
ck-department = 部门
ck-department-rule = 预案中的部门
ck-choose = 请选择
ck-incident = 事件编号
ck-incident-hint = 不针对事件则留空。
ck-looked-at = 检查内容
ck-finding = 发现情况
ck-urge = 督促事项
ck-save = 记录
ck-none = 尚无记录。
ck-log = 检查
ck-directive = 转为指令
ck-circular = 转为通报
ck-became = 已转为 { $number }
ck-overdue = 各部门逾期事项
ck-overdue-none = 没有逾期事项。
ck-tasks = 任务
ck-directives = 指令
ck-unsigned = 未签收
ck-by = { $who }，{ $time }
ck-draft = 通报草稿

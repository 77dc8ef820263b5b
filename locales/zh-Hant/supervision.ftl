### The check log of the leadership

ck-title = 檢查記錄
ck-intro = 領導小組檢查了什麼、發現什麼、督促什麼；旁列逾期事項。
ck-note = 記錄一次檢查
ck-department = 部門
ck-department-rule = 預案中的部門
ck-choose = 請選擇
ck-incident = 事件編號
ck-incident-hint = 不針對事件則留空。
ck-looked-at = 檢查內容
ck-finding = 發現情況
ck-urge = 督促事項
ck-save = 記錄
ck-none = 尚無記錄。
ck-log = 檢查
ck-directive = 轉為指令
ck-circular = 轉為通報
ck-became = 已轉為 { $number }
ck-overdue = 各部門逾期事項
ck-overdue-none = 沒有逾期事項。
ck-tasks = 任務
ck-directives = 指令
ck-unsigned = 未簽收
ck-by = { $who }，{ $time }
ck-draft = 通報草稿

### The page of an incident, the list of incidents, and notices

cf-all = 全部
cf-all-departments = 全部部門
cf-answer = 答覆
# $answer (String)
cf-answered = 答覆：{ $answer }
cf-as-set = 由領導限定
cf-assign = 指派
cf-assign-hint = 指派不等於簽收：由被指派人簽收。
cf-assign-to = 交給
cf-attach = 新增附件
cf-back = 回到事件
# $n (String)
cf-blocked = 現在不能結案，尚有 { $n } 項：
cf-called = 已聯絡
cf-called-at = 通話時間
cf-cause = 原因
cf-check-in = 例行報告
cf-check-in-by = 下次例行報告
cf-child = 由本事件引起
cf-clause = 條款
cf-closable = 可以結案，由有權結案的人辦理。
cf-close = 結案
cf-closing = 結案
cf-comment = 補充意見
cf-complete = 辦結
cf-conditions = 情形與恢復
# $level (String)
cf-confirm = 確認級別：{ $level }
# $who (String)
# $time (String)
cf-confirmed-by = { $who } { $time } 確認
cf-contact = 記外部聯絡
cf-contacts = 外部聯絡
cf-correct = 更正
cf-correct-hint = 原文保留並劃去，更正寫在下面。
cf-correct-text = 應為
# $time (String)
# $who (String)
cf-corrected-by = { $time } 更正 · { $who }
cf-daily-clock = 每日定時
cf-day-end = 當日內
# $n (String)
cf-day-end-later = { $n } 日內，至當日結束
cf-despite = 關聯事件未結案，仍然結案（組長）
cf-done-by = 辦結時限
# $time (String)
cf-due-at = { $time } 到期
cf-earlier = 此前建議
cf-elapsed = 已歷時
# $who (String)
# $time (String)
cf-ended = { $who } · { $time }
# $who (String)
# $time (String)
cf-ended-in-time = { $who } · { $time } · 時限內
# $who (String)
# $time (String)
# $span (String)
cf-ended-late = { $who } · { $time } · 晚 { $span }
# $time (String)
cf-entered-at = { $time } 記入
cf-entry-kind = 種類
cf-estimate = 預計辦結時間
cf-evidence = 憑證
cf-evidence-hint = 編號、人員、時間等
# $name (String)
cf-evidence-words = { $name }：說明
cf-fig-customers = 在冊客戶
cf-fig-expected-back = 預計恢復
cf-fig-near-whole = 接近全區
cf-fig-regions = 全部區域
cf-fig-regions-affected = 受影響區域
cf-fig-share = 佔比
cf-fig-unsupplied = 無法供貨客戶
cf-fig-ups-low = UPS 電量不足
cf-file = 照片或檔案
# $n (String)
cf-file-count = 每個事件至多 { $n } 個附件
cf-file-hint = JPEG、PNG、WebP、HEIC、PDF、Office 文件、TXT；單個不超過 10 MB，每個事件至多 20 個
cf-file-incident = 整個事件
cf-file-size = 不超過 10 MB 的檔案
cf-file-task = 所屬任務
cf-file-types = 照片（JPEG、PNG、WebP、HEIC）、PDF、Office 文件或 TXT 檔案
cf-files = 附件
cf-filter = 篩選
cf-given = 已提供
# $who (String)
cf-given-to = 交給{ $who }
cf-help = 配合
cf-help-answer = 答覆配合
cf-help-answered = 已配合
cf-help-asked = 待簽收
# $time (String)
cf-help-by = { $time } 前簽收
cf-help-done = 已配合
cf-help-refuse = 不能配合
cf-help-refused = 不能配合
cf-help-sign = 簽收配合
cf-help-signed = 已簽收
cf-help-text = 結果，或不能配合的理由
# $days (String)
# $name (String)
cf-holiday = { $days }為{ $name }
# $n (String)
cf-hours = { $n } 小時
cf-incident-closed = 已結案
cf-incident-merged = 已併入
cf-incident-open = 處置中
cf-incident-unsigned = 有任務待簽收
cf-keep = 新級別沒有、仍要保留的任務
cf-kind = 類別
# $span (String)
cf-late-by = 晚 { $span }
cf-late-sent = 補發
# $span (String)
cf-left = 還剩 { $span }
cf-level = 級別
cf-limits = 時限
cf-line-caption = 已發生的，以及無人處置時將發生的
cf-link = 關聯事件
cf-link-same-matter = 同一事情，類別不同
cf-links = 關聯事件
cf-log = 記入
cf-member-rule = 本部門成員
cf-merge = 併入其他事件
cf-merge-hint = 兩份報告都保留；任務不重複。24 小時內可以撤銷。
cf-merge-number = 併入的事件編號
cf-merge-sure = 確認是同一事件
cf-merged-into = 已併入
# $n (String)
cf-minutes = { $n } 分鐘
cf-more = 更早的事件
cf-move = 改派
cf-move-hint = 時限不重新起算。
cf-next-limit = 最近時限
cf-no = 否
cf-no-contacts = 還沒有外部聯絡。
cf-no-evidence = 本任務不需要憑證。
cf-no-files = 沒有附件。
cf-no-links = 沒有關聯事件。
cf-none-found = 沒有符合條件的事件。
cf-not-arisen = 情形未出現
cf-not-called = 尚未聯絡
cf-not-yet = 尚未
cf-now = 現在。以下為無人處置時將發生的：
cf-now-nothing = 現在。沒有等待發生的事項。
cf-number = 事件編號
cf-officer = 主管領導
cf-on-behalf = 代報人
cf-order = 序
cf-order-cutoff = 訂貨截止前
# $span (String)
cf-over = 逾期 { $span }
cf-paper-note = A4 縱向，黑白可讀；列印已記入匯出記錄
cf-paper-title = 客戶服務應急事件檔案
cf-parent = 本事件的起因
cf-party = 單位
# $time (String)
cf-paused-until = 暫停計時，{ $time } 繼續
cf-phone = 電話
cf-planned = 預案
cf-print = 列印
# $time (String)
# $who (String)
cf-printed = 列印 { $time } · { $who }
cf-progress = 記進展
cf-progress-text = 做了什麼，現在怎樣
cf-promised = 承諾時間
cf-reason = 理由
cf-received = 報告時間
cf-reclassify = 重新定級
cf-reclassify-hint = 兩級共有的任務繼續計時；改變級別須說明理由。
cf-recover = 登記恢復
cf-recovered = 恢復
cf-recovered-at = 恢復時間
# $n (String)
cf-recurring = 每 { $n } 分鐘
cf-reference = 報告編號
cf-region = 區域
cf-reopen = 重新開啟
cf-reporter = 報告人
cf-reports = 報告
cf-restored-at = 恢復時間
cf-result = 處置結果
cf-return = 退回
cf-return-hint = 退回後由主管領導改派，時限不重新起算。
cf-return-member-hint = 退回本部門負責人，時限不重新起算。
# $time (String)
# $reason (String)
cf-returned = { $time } 退回，等待改派：{ $reason }
cf-rule = 定級依據
cf-scope = 範圍
cf-scope-part = 部分割槽域
cf-scope-whole = 全區
cf-search = 編號或內容
# $time (String)
cf-sent-at = { $time } 補發
cf-set-false = 改為不成立
cf-set-true = 改為成立
cf-side = 該事件是
cf-side-child = 本事件引起的
cf-side-parent = 本事件的起因
cf-side-rule = 按先後判定
cf-sign = 簽收
cf-sign-by = 簽收時限
cf-sign-estimate = 簽收並註明預計時間
cf-sign-inspection = 督察考評中心簽字
cf-sign-officer = 主管領導簽字
# $time (String)
cf-signed-at = { $time } 簽收
cf-state = 狀態
cf-task-cancelled = 已撤銷
cf-task-done = 已辦結
cf-task-not-arisen = 情形未出現
cf-task-open = 待簽收
cf-task-paused = 暫停計時
cf-task-signed = 已簽收
cf-tasks = 任務
cf-this-incident = 本事件
cf-threshold = 判定數值
cf-time = 時間
cf-timeline = 時間線
cf-to-confirm = 待定級
# $day (String)
cf-today = { $day } · 今天
cf-told-at = 來電時間
cf-undo-merge = 撤銷併入
cf-unknown = 未知
cf-updated = 最後更新
cf-ups = UPS 供電
# $minutes (String)
cf-ups-note = 按 { $minutes } 分鐘計。預案原文寫作“56 小時”，應為“5—6 小時”。
# $since (String)
# $until (String)
cf-ups-since = { $since } 停電，{ $until } 耗盡
# $percent (String)
cf-used = 時限已用 { $percent }%
cf-vacant = 原崗位空缺，由上級代行
# $n (String)
cf-waiting = 未到時機的任務（{ $n }）
# $list (String)
cf-waits-after = 先辦結：{ $list }
cf-waits-close = 結案後
# $condition (String)
cf-waits-condition = 情形成立時：{ $condition }
cf-waits-recovery = 恢復後
# $days (String)
cf-weekend = { $days }為週末
cf-what = 事項
cf-whole-city = 全市
cf-why-major = 重大事件，日夜計時。
# $allowance (String)
# $list (String)
cf-why-skipped = { $allowance }，只計工作時間。{ $list }，不計時。
# $allowance (String)
cf-why-working = { $allowance }，只計工作時間。
cf-will-happen = 將發生
# $words (String)
cf-words = “{ $words }”
# $words (String)
# $taken (String)
cf-words-taken = “{ $words }”，按{ $taken }計
# $n (String)
cf-working-days = { $n } 個工作日
# $n (String)
cf-working-hours = { $n } 個工作小時
# $n (String)
cf-working-minutes = { $n } 個工作分鐘
cf-yes = 是
nt-fresh = 未看
nt-intro = 誰看過、何時看過，都留有記錄。
nt-none = 沒有通知。
nt-see = 標為已看
nt-see-all = 全部標為已看
# $list (String)
nt-seen-by = 看過：{ $list }
# $to (String)
nt-to = 告知{ $to }
nt-unseen = 無人看過

### Standing duties: what is owed without any incident

sd-title = 常备职责
sd-intro = 无事件时也须履行的职责：每个周期履行一次，并登记证据。周期结束而无登记的，计为漏做。
sd-until = 截至 { $day }
sd-done = 已履行
sd-last = 上次履行：{ $at } · { $who }
sd-never = 尚无登记
sd-missed = 上一周期漏做：{ $period }
sd-record = 登记已履行
sd-evidence = 证据：{ $name }
sd-all-kept = 当前各周期均已履行。
sd-more = 其余待履行：{ $n } 项
sd-kept = 本周期已履行：{ $n } 项
sd-idle = 今日无周期：{ $n } 项
sd-gaps = 常备职责缺漏
sd-gaps-none = 上一周期没有漏做的常备职责。
sd-period-missed = 漏做周期
sd-last-kept = 上次履行
sd-owes-rule = 承担此职责的部门
sd-runs-rule = 今日有周期的职责

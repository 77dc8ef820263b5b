### Standing duties: what is owed without any incident

sd-title = 常備職責
sd-intro = 無事件時也須履行的職責：每個週期履行一次，並登記證據。週期結束而無登記的，計為漏做。
sd-until = 截至 { $day }
sd-done = 已履行
sd-last = 上次履行：{ $at } · { $who }
sd-never = 尚無登記
sd-missed = 上一週期漏做：{ $period }
sd-record = 登記已履行
sd-evidence = 證據：{ $name }
sd-all-kept = 當前各週期均已履行。
sd-more = 其餘待履行：{ $n } 項
sd-kept = 本週期已履行：{ $n } 項
sd-idle = 今日無週期：{ $n } 項
sd-gaps = 常備職責缺漏
sd-gaps-none = 上一週期沒有漏做的常備職責。
sd-period-missed = 漏做週期
sd-last-kept = 上次履行
sd-owes-rule = 承擔此職責的部門
sd-runs-rule = 今日有週期的職責

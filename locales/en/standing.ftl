### Standing duties: what is owed without any incident

sd-title = Standing duties
sd-intro = What is owed without any incident: kept once in each period and recorded with evidence. A period that ends without a record counts as missed.
sd-until = until { $day }
sd-done = Kept
sd-last = Last kept { $at } · { $who }
sd-never = Not recorded so far
sd-missed = Last period missed: { $period }
sd-record = Record as kept
sd-evidence = Evidence: { $name }
sd-all-kept = All of them are kept for the periods that run now.
sd-more = Further open ones: { $n }
sd-kept = Kept in this period: { $n }
sd-idle = No period runs today: { $n }
sd-gaps = Standing-duty gaps
sd-gaps-none = No standing duty was missed in its last period.
sd-period-missed = Period missed
sd-last-kept = Last kept
sd-owes-rule = a department that owes this duty
sd-runs-rule = a duty whose period runs today

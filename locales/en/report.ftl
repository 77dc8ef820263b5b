### Reporting: choosing, the form, the preview, the receipt

report-what-happened = What happened?
report-choose-intro = Choose the nearest. What your post usually reports comes first.
# $n (String)
report-outbox = Reports waiting to be sent when the line is back: { $n }
report-search = Search situations
report-search-hint = e.g. voice board, typhoon, 3.3.1
report-search-do = Search
# $text (String)
report-nothing-found = Nothing matches “{ $text }”.
report-all-kinds = Show all
# $n (String)
report-others = Usually reported by other posts: { $n }
# $n (String)
report-more-others = Usually reported by other posts: { $n } more
# $what (String)
report-title = Report: { $what }
report-other-kind = ← another situation
report-discard = Discard the draft and start again
# $n (String)
report-faults = { $n } things need correcting
report-kept = Everything you typed is still here.
report-to-field = Go to the field
# $time (String)
report-draft-saved = Draft kept { $time }
report-draft-offline = No line. The report is kept on this device and will be sent once when the line is back.
report-draft-sending = Sending…
# $time (String)
report-draft-restored = Draft of { $time } restored.
report-links-hint = Mark only the links that are affected.
report-yes = Yes
report-no = No
report-outside = Outside the city
# $text (String)
report-example = e.g. { $text }
report-scope-whole = Whole region
report-scope-part = Part of the region
report-dup = Possible duplicate
# $minutes (String)
report-dup-note = The same kind at the same place was reported within { $minutes } minutes. Choose:
# $number (String)
report-dup-merge = It is the same: merge into { $number }
report-dup-other = It is a different incident
report-dup-why = Why it is different
report-behalf = Register for someone who telephoned
report-on-behalf-of = Who reported it
report-on-behalf-hint = Your name is kept too, as registrar.
report-told-at = Time of the call
report-told-hint = The clocks start at the call.
report-more = More (optional)
report-level-asked = The level you think it is
report-level-by-rule = By the rules
report-level-hint = A level above the rules is a proposal; the leader or deputy leader confirms.
report-regions = All regions affected
report-regions-hint = If more than one, tick them all.
report-expected-back = Expected back
report-expected-hint = Tells whether it will last more than one working day.
report-send = Report
report-see = See what follows
report-sets-going = What this report sets going
# $time (String)
report-as-of = as of { $time }
report-still-missing = Still missing:
# $level (String)
report-awaits = { $level } · to be confirmed
report-awaits-note = The lower route starts at once; the higher level waits for the leader or deputy leader.
report-departments = Departments:
report-helpers = Help from:
report-sign = Sign by
report-due = Done by
report-done-by-report = done by this report
report-planned = plan
report-note = Note
# $department (String)
report-vacant = Vacant post: { $department } is told instead
# $n (String)
report-later = What may open later: { $n }
report-on-recovery = once service is restored
report-on-close = when the incident closes, if a review is due
# $condition (String)
report-on-condition = if: { $condition }
# $tasks (String)
report-on-after = after: { $tasks }
# $n (Number)
report-working-days = { $n ->
    [one] One working day.
   *[other] { $n } working days.
}
# $affected (String)
# $all (String)
report-figure-regions = stopped in { $affected } of { $all } regions
# $affected (String)
# $all (String)
# $percent (String)
report-figure-customers = { $affected } of { $all } customers cannot be supplied ({ $percent } %)
# $percent (String)
report-figure-near-whole = { $percent } % reached: near region-wide
# $time (String)
report-figure-back = expected back { $time }
# $minutes (String)
report-figure-ups = under { $minutes } minutes of UPS left
report-received = Received
# $registrar (String)
# $caller (String)
report-registered-by = Registered by { $registrar } for { $caller }
# $who (String)
report-call = Call: { $who }
# $time (String)
report-signs-by = signs for it by { $time }
report-signed = Signed for
report-open-incident = Open the incident
report-back = Back to start
report-again = Report another
report-outbox-refused = A report was not taken: open it and correct it
# $number (String)
report-outbox-sent = Report sent: { $number }
report-to-choice = Choose
report-locate = Use my position
report-locate-failed = No position to be had; please type it
report-you-do = What you do now
report-others-do = Who does what next
report-photo-lost = The report is registered, but a photo could not be kept. Please add it on the incident.
report-done = Done
report-draft-fault = The server had a fault and did not take the report. It is kept on this device and is being sent again; it will be registered once.
# $names (String)
report-preset = Filled in for you: { $names }
report-region-hint = Where it is. Each name is that area alone, not the whole city; other regions concerned are ticked further down.

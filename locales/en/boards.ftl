### What each role looks at first

boards-title = Situation board
boards-at-a-glance = At a glance
boards-major = Major
boards-local = Local
boards-departmental = Departmental
boards-overdue-tasks = Tasks overdue
boards-levels = Levels to confirm
boards-unsigned = Signing overdue
boards-to-confirm = to confirm
boards-your-level = Waiting for a level
# $who (String)
# $ago (String)
boards-reported = reported by { $who }, { $ago } ago
boards-rule = Rule
# $level (String)
boards-confirm = Confirm: { $level }
boards-other-level = Set another level
boards-level = Level
boards-reason = Reason
boards-reason-needed = needed when it differs from the proposal
boards-set-level = Set the level
boards-open-incident = Open the incident
boards-open = Open incidents
boards-none-open = No incident is open.
# $n (String)
boards-more-open = { $n } more
boards-no-limit = no limit
# $t (String)
boards-left = { $t } left
# $t (String)
boards-over = overdue { $t }
boards-over-plain = overdue
# $t (String)
boards-sign-left = { $t } to sign
# $t (String)
boards-sign-over = signing overdue { $t }
boards-sign-over-plain = signing overdue
# $name (String)
boards-paused-holiday = waiting, clock paused (holiday: { $name })
boards-paused-weekend = waiting, clock paused (weekend)
boards-paused-hours = waiting, clock paused (after hours)
# $time (String)
boards-resumes = runs again { $time }
# $t (String)
boards-elapsed = elapsed { $t }
# $done (String)
# $total (String)
boards-done-of = { $done } of { $total } done
# $n (String)
boards-overdue-count = { $n } overdue
# $n (String)
boards-unsigned-count = { $n } not signed for
boards-late-list = Overdue tasks
boards-none-late = Nothing is overdue.
# $time (String)
boards-due = due { $time }
# $time (String)
boards-sign-by = sign by { $time }
boards-not-signed = not signed for
boards-signed = signed for
# $who (String)
# $time (String)
boards-signed-by = signed for by { $who } { $time }
# $who (String)
boards-given-to = given to { $who }
boards-none-unsigned = No signature is overdue.
boards-returned = Given back, to be reassigned
# $time (String)
# $reason (String)
boards-returned-because = given back { $time }: { $reason }
boards-next = What happens if nobody acts
# $who (String)
boards-will-tell = { $who } will be told
boards-none-next = No step of the ladder is due.
boards-closed = Recently closed
# $time (String)
boards-closed-at = closed { $time }
boards-updated = Last update
# $n (String)
boards-more = { $n } more
boards-vacant = post vacant, next one up acts
boards-proposed-title = ours, not the plan's
boards-plan = plan
boards-wall-title = Wall board
boards-full-screen = Full screen
boards-dep-intro = Sorted by time left, the most pressing first.
boards-dep-intro-mine = What was given to you first, then by time left.
boards-dep-all = Show all { $n }
boards-dep-choose = Department
boards-dep-show = Show
boards-dep-report = Report an incident
boards-dep-counts = Counts
boards-dep-overdue = Overdue
boards-dep-sign = To sign for
boards-dep-soon = Due soon
boards-dep-hand = In hand
boards-dep-coop = Cooperation asked
boards-dep-returned = Given back, waiting for the officer in charge
boards-dep-ended = Ended today
boards-dep-none-ended = Nothing has ended yet today.
boards-dep-quiet = Nothing to do.
boards-dep-mine = given to me
boards-sign-for = Sign for
boards-open-task = Open
# $who (String)
# $whom (String)
boards-asks = { $who } is responsible and asks { $whom } to help
# $who (String)
# $time (String)
boards-ended-by = ended by { $who } { $time }
boards-duty-title = Duty desk
boards-duty-intro = Urgent tasks nobody has signed for: telephone, then note it. Telling by telephone is not the department's signature.
boards-duty-register = Register a telephoned report
boards-duty-calls = Urgent, not signed for
boards-duty-none = Nobody needs to be called.
# $level (String)
boards-duty-level = Level to confirm: { $level }
boards-duty-no-phone = no number on record
boards-duty-nobody = nobody holds the post
# $time (String)
# $who (String)
# $phone (String)
boards-duty-told = { $time } told by telephone: { $who } ({ $phone })
boards-duty-tell = Told by telephone
boards-duty-who = Who was told, and the answer
boards-duty-phone = Number called
boards-duty-note = Note it
boards-duty-noted = Noted. It is not the department's signature.
boards-duty-vacant = Vacant posts
boards-duty-phones = Telephone list
boards-duty-search = Department, post or name
boards-duty-find = Search
boards-duty-outside = Parties outside (number last called)
# $time (String)
boards-duty-last = called { $time }
boards-duty-nothing = Nothing matches.
boards-drv-title = Driver
boards-drv-buttons = Report
boards-drv-breakdown = Breakdown
boards-drv-breakdown-what = On the road, a replacement is needed
boards-drv-accident = Accident
boards-drv-accident-what = People first, then the report
boards-drv-hurt = Is anyone hurt?
boards-drv-hurt-yes = Yes, someone is hurt
boards-drv-hurt-yes-what = Shows 120 and 122 at once
boards-drv-hurt-no = No one is hurt
boards-drv-hurt-no-what = Go on to the report
boards-drv-call-first = Call first
boards-drv-120 = 120 ambulance
boards-drv-122 = 122 traffic police
boards-drv-then-report = Called; go on to the report
boards-drv-back = Back
boards-drv-no-vehicle = No vehicle is on record for you; state it in the report.
boards-drv-check-in = Check in
boards-drv-check-in-where = Where you are and how it is
# $time (String)
boards-drv-check-in-due = check in by { $time }
# $t (String)
boards-drv-check-in-over = check-in overdue { $t }
boards-drv-reports = My reports
boards-drv-none = No report of yours is open.
boards-drv-steps = What has been done
# $n (String)
boards-drv-outbox = Reports waiting to be sent: { $n }. They go out when the line is back.
boards-done = done
boards-cancelled = cancelled
boards-commander = commands: { $who }
boards-waits = Waiting for you
# $time (String)
boards-waits-since = since { $time }
# $time (String)
boards-waits-until = until { $time }
# $who (String)
boards-waits-handover = { $who } hands command over to you: your signature is missing
# $who (String)
boards-waits-letter = { $who } authorises you to command: confirm the letter
# $department (String)
# $number (String)
boards-waits-time = { $department } asks for more time: directive { $number }
# $department (String)
# $number (String)
boards-waits-done = { $department } reports done: accept or return directive { $number }
# $department (String)
# $number (String)
boards-waits-rectified = { $department } answered rectification { $number }: accept or return it
# $department (String)
# $number (String)
boards-waits-overdue = { $department } is overdue with rectification { $number }
# $department (String)
boards-waits-objected = { $department } objects to the review: decide on it
boards-waits-ripe = The time to object is over: the review can be made final
# $department (String)
boards-waits-draft = { $department }: the draft of a review is out, you may object
boards-waits-review = Review to make
boards-waits-closure = Nothing ordered is open any more: the case of the review can be closed
# $who (String)
# $clause (String)
boards-waits-question = { $who } asks how §{ $clause } is to be read
# $n (String)
boards-dep-sign-late = { $n } past the time to sign

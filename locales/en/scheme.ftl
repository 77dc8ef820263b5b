### Separate schemes: documents the plan refers to and does not hold

sch-title = Separate schemes
sch-intro = Documents the plan refers to and does not hold. The newest version attached here stands; the card of the task that runs it shows it, and the record says which version was used. An incident opens also while none is attached.
sch-back = The plan
sch-no-schemes = This edition names no separate scheme.
sch-link = Separate schemes
sch-scheme = Scheme
sch-in-force = Version in force
sch-none = Scheme not attached
sch-version = Version
# $version (String)
sch-version-of = version { $version }
# $n (String)
sch-version-size = at most { $n } characters
sch-version-new = a version that is not attached yet
sch-file = Document
sch-file-hint = JPEG, PNG, WebP, HEIC, PDF, Office documents or TXT; 10 MB at most
sch-attached = Attached
sch-checklist = Checklist
sch-checklist-hint = One item a line
# $n (String)
# $length (String)
sch-checklist-size = at most { $n } items of { $length } characters
# $departments (String)
sch-by = Attached by the head of: { $departments }
sch-attach = Attach a version
sch-do = Attach
# $n (String)
sch-earlier = Earlier versions ({ $n })
sch-kind = Scheme
# $task (String)
# $scheme (String)
# $version (String)
# $hash (String)
tl-scheme-used = { $task }: run by { $scheme }, version { $version }, SHA-256 { $hash }
sch-tick = Tick
sch-untick = Take the tick back
sch-sign-first = Items are ticked once the task is signed for.
# $task (String)
# $item (String)
# $scheme (String)
# $version (String)
tl-item-ticked = { $task }: ticked “{ $item }” ({ $scheme }, version { $version })
# $task (String)
# $item (String)
# $scheme (String)
# $version (String)
tl-tick-taken-back = { $task }: tick taken back from “{ $item }” ({ $scheme }, version { $version })

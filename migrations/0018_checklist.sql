-- Items of a scheme's checklist that were ticked in an incident (R9): version, item, by whom, when. Who ticked and who
-- took a tick back stands in the journal.
alter table task add column ticks jsonb not null default '[]';

-- What pages ask for each time they are drawn must not grow dearer with what has long been closed.

-- The department's page: what it ended today.
create index task_ended on task (department, ended_at) where ended_at is not null;
-- The duty desk: the number last used for each party outside.
create index contact_party on contact (party, at desc);
-- The worker claims in this order. When thousands fall due at the same instant, an index by that instant alone leaves
-- all of them to be sorted at every claim.
drop index incident_wake;
create index incident_wake on incident (wake_at, reported_at, id) where wake_at is not null;
-- Every act and every page of an incident reads its cards, and the reports merged into it.
create index cooperation_incident on cooperation (incident);
create index incident_merged on incident (merged_into) where merged_into is not null;

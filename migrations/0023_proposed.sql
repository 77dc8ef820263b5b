-- A lesson may be put forward as a change of the plan (2.1.2-insp-2): whoever drafts the next edition finds it there.
alter table lesson add column proposes_revision boolean not null default false;
alter table lesson add check (not proposes_revision or cardinality(clauses) > 0);

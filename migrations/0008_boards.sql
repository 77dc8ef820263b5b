-- The board asks for the last incidents closed and the tasks past their limit each time it is drawn.

create index incident_closed on incident (closed_at desc) where state = 'closed';
create index task_limit on task (due_at) where state in ('open', 'acknowledged');

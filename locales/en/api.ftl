api-title = The API, read aloud
api-intro = The same write path as the pages. Bodies and answers are JSON; times are RFC 3339 with +08:00. Sign in first with POST /api/v1/sessions.

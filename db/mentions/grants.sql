-- Posts and pages change by ingest only: whatever a request does, it can read them and nothing else.
revoke insert, update, delete on post, post_term, page from chorus_mentions_app;

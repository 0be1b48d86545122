-- Rollups are changed by events only: whatever a request does, it cannot write them.
revoke insert, update, delete on mention_volume from chorus_reporting_app;

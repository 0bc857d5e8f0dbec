"""A text-to-speech web service that speaks for real, logs as `ttslog.instrument` does, and can break for real."""

"""`python -m reference_service`: run the service under gunicorn, settings from the environment."""

from __future__ import annotations

import sys

from gunicorn.app.wsgiapp import WSGIApplication

from reference_service import preflight
from reference_service.settings import PREFIX, BadSetting, Settings

FAILURE, USAGE_ERROR = 1, 2


def main() -> int:
    """Run until SIGTERM or SIGINT; each request that was accepted is answered first."""
    try:
        settings = Settings.from_environment()
        preflight.check(settings)
    except (BadSetting, preflight.CannotStart) as error:
        print(f"reference_service: {error}", file=sys.stderr)  # noqa: T201
        return USAGE_ERROR if isinstance(error, BadSetting) else FAILURE
    print(f"reference_service: logs in {settings.log_dir}; settings are {PREFIX}* variables")  # noqa: T201
    sys.argv = ["reference_service", "-c", "python:reference_service.server"]
    WSGIApplication("%(prog)s", prog="reference_service").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

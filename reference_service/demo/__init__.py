"""The load driver: a real service under real requests, some of which fail, with a ledger of what the clients saw."""

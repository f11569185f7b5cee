"""WeChat steps (WeRun) as a small capped bonus: daily totals, never a proof of a trip."""

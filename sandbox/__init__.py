"""The outside world as a process of its own: a bank, couriers, SMS and mail, with real HTTP and real signatures. Knows nothing of Wangdan."""

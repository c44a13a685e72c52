"""What both buses promise; see test_contract.py."""

"""The notifier: brings alarms to a chat."""

"""What people are told: in the inbox, by SMS, by mail. Only reacts to facts."""
